// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

extension Resource where Record == BucketFile {
    /// Writes the content of a file to the disk (flame-hub.md, 4.12).
    ///
    /// - Parameters:
    ///   - id: The file in the bucket.
    ///   - destination: The file on the disk. It appears when it is complete, with mode 0600.
    ///   - progress: Hears how far the transfer is, from any thread.
    public func download(
        _ id: HubID<BucketFile>,
        to destination: URL,
        progress: (@Sendable (HTTPClient.DownloadProgress) -> Void)? = nil
    ) async throws(FlameHubError) {
        try await access.download("\(path(id))/stream", to: destination, progress: progress)
    }

    /// Reads the content of a file piece by piece.
    public func read<Value: Sendable>(
        _ id: HubID<BucketFile>,
        _ consume: (HTTPResponseBody) async throws -> Value
    ) async throws -> Value {
        try await access.read("\(path(id))/stream", consume)
    }
}
