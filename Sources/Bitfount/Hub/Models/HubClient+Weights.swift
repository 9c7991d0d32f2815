// SPDX-License-Identifier: Apache-2.0

public import Foundation
import HTTPTransport
import StrictJSON

extension HubClient {
    /// Uploads the weights of a version of a model of the caller, read from a file piece by piece.
    ///
    /// - Parameters:
    ///   - file: the weights.
    ///   - compresses: whether they are compressed with zstd first, into a temporary file.
    ///   - offersMultipart: whether the Hub may ask for them in pieces. Releases up to 3.0.0 don't offer that.
    ///   - progress: is told how far the upload has come.
    /// - Throws: `tooLarge` or `file` before anything is sent.
    public func sendWeights(
        _ file: URL,
        model name: String,
        version: Int,
        compresses: Bool = false,
        offersMultipart: Bool = true,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) {
        if compresses {
            let compressed = TemporaryFile(in: FileManager.default.temporaryDirectory)
            defer { compressed.remove() }
            try await WeightsFile.compress(file, to: compressed.url)
            try await upload(compressed.url, file.lastPathComponent, name, version, offersMultipart, progress)
        } else {
            try await upload(file, file.lastPathComponent, name, version, offersMultipart, progress)
        }
    }

    private func upload(
        _ file: URL,
        _ filename: String,
        _ name: String,
        _ version: Int,
        _ offersMultipart: Bool,
        _ progress: TransferObserver?
    ) async throws(BitfountError) {
        let content = UploadContent.file(file)
        let size = try content.byteCount()
        guard size <= limits.maximumWeightsBytes else {
            throw BitfountError(
                .tooLarge,
                "The weights have \(size) bytes, and the Hub takes \(limits.maximumWeightsBytes)"
            )
        }
        let call = try ServiceCall(
            .put,
            ["api", "models"],
            query: offersMultipart ? Self.multipart : [],
            json: ["modelName": .string(name), "modelVersion": JSONValue(version), "weightSize": .integer(size)],
            timeout: .seconds(20)
        )
        let response = try await service.send(call, expecting: .anySuccess)
        try await deliver(
            content,
            as: "Model",
            filename: filename,
            to: response.object(),
            of: response,
            progress: progress
        )
    }
}
