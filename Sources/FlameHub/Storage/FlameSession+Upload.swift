// SPDX-License-Identifier: Apache-2.0

import Foundation

extension FlameSession {
    /// What became of a file that was put into a bucket.
    public struct UploadedFile: Sendable {
        /// The file.
        public let file: BucketFile
        /// Whether it took the place of an analysis' entry point and is it again: `nil` if it took no entry point's place, `false` if
        /// it is not marked, because Core did not link it in time.
        public let isEntrypointAgain: Bool?
    }

    /// Puts a file into a bucket, as `Resource.upload` does. The Hub forgets that a file was the entry point when it is replaced
    /// (flame-hub-differences.md, B22): the new one is marked again.
    ///
    /// - Parameters:
    ///   - patience: How long Core is waited for to link the new file.
    ///   - pause: Waits between two looks.
    public func upload(
        _ file: UploadFile,
        to id: HubID<Bucket>,
        replacing: Bool = false,
        patience: Int = 20,
        pause: @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(500)) },
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws -> UploadedFile {
        let wasEntrypoint = replacing ? try await isEntrypoint(file.path, in: id) : false
        let stored = try await storage.buckets.upload(file, to: id, replacing: replacing, progress: progress)
        guard wasEntrypoint else { return UploadedFile(file: stored, isEntrypointAgain: nil) }
        for _ in 0..<patience {
            for try await row in core.analysisBucketFiles.rows(filter: .path(file.path)) {
                guard let link = row.record, link.bucketFileID == stored.id else { continue }
                try await core.analysisBucketFiles.update(link.id) { $0.root = true }
                return UploadedFile(file: stored, isEntrypointAgain: true)
            }
            try await pause()
        }
        return UploadedFile(file: stored, isEntrypointAgain: false)
    }

    /// Whether a path of a bucket is the entry point of an analysis.
    private func isEntrypoint(_ path: String, in id: HubID<Bucket>) async throws(FlameHubError) -> Bool {
        for try await row in core.analysisBucketFiles.rows(filter: .path(path) && .root(true)) {
            if row.record?.bucketID == id || row.record?.bucketID == nil { return true }
        }
        return false
    }
}
