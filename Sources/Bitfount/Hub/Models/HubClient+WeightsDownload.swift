// SPDX-License-Identifier: Apache-2.0

public import Foundation

extension HubClient {
    /// Downloads the weights of a model into a file, and undoes zstd if they were compressed.
    ///
    /// - Parameters:
    ///   - file: appears when it is complete; one that is there already is replaced.
    ///   - progress: is told how far the download has come.
    /// - Returns: false, and no file, if the Hub does not know the model or has no weights of it.
    /// - Throws: `tooLarge` for weights that unpack to more than ``HubLimits/maximumUnpackedWeightsBytes``. No file is
    ///   left behind then.
    public func downloadWeights(
        of model: ModelReference,
        to file: URL,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) -> Bool {
        guard let address = try await self.model(model)?.weightsDownloadURL else { return false }
        try await downloadWeights(at: address, to: file, progress: progress)
        return true
    }

    /// Downloads weights from an address that came with a verdict.
    ///
    /// - Throws: as ``downloadWeights(of:to:progress:)``.
    public func downloadWeights(
        at address: Secret,
        to file: URL,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) {
        let directory = file.deletingLastPathComponent().path(percentEncoded: false)
        guard FileManager.default.isWritableFile(atPath: directory) else {
            throw BitfountError(.file, "\(directory) is no directory that can be written to")
        }
        let stored = TemporaryFile(in: file.deletingLastPathComponent())
        defer { stored.remove() }
        try await storage.download(
            try url(address),
            to: stored.url,
            maximumBytes: limits.maximumWeightsBytes,
            progress: progress
        )
        try await WeightsFile.place(stored.url, at: file, maximumBytes: limits.maximumUnpackedWeightsBytes)
    }
}
