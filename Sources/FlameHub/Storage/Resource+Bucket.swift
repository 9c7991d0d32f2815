// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

extension Resource where Record == Bucket {
    /// Puts a file into a bucket (flame-hub.md, 4.12). It is never sent twice by itself.
    ///
    /// - Parameters:
    ///   - file: The file; one at a time, so that what happened to it is never in doubt.
    ///   - id: The bucket.
    ///   - replacing: Whether a file of the same path is deleted first. The Hub can't replace one.
    ///   - progress: Hears how many bytes of the request were sent, from any thread.
    /// - Throws: ``FlameHubError/Code/conflict`` if there is a file of the same path.
    @discardableResult
    public func upload(
        _ file: UploadFile,
        to id: HubID<Bucket>,
        replacing: Bool = false,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(FlameHubError) -> BucketFile {
        guard !file.path.isEmpty else { throw FlameHubError(.invalidRequest, "A file needs a path.") }
        if replacing, let old = try await self.file(at: file.path, in: id) {
            try await files.delete(old.id)
        }
        let response: HTTPResponse
        do {
            response = try await access.send(request(file, to: id, progress))
        } catch  where error.status == 500 || error.status == 409 {
            // That is how the Hub says that the path is taken, and how it says that it broke.
            guard try await self.file(at: file.path, in: id) != nil else { throw error }
            throw FlameHubError(.conflict, "The bucket has a file of this path already.", underlying: error)
        }
        let (rows, _) = try access.reader.list(response)
        guard rows.count == 1, let stored = ResourceRow<BucketFile>(rows[0]).record else {
            throw access.reader.malformed("does not describe the file that was uploaded")
        }
        return stored
    }

    /// Writes all files of a bucket to a tar archive. The names in it are what uploaders chose: whoever unpacks it
    /// must refuse absolute ones and `..`.
    ///
    /// - Parameters:
    ///   - id: The bucket.
    ///   - destination: The archive. It appears when it is complete, with mode 0600.
    ///   - progress: Hears how far the transfer is, from any thread.
    public func downloadArchive(
        of id: HubID<Bucket>,
        to destination: URL,
        progress: (@Sendable (HTTPClient.DownloadProgress) -> Void)? = nil
    ) async throws(FlameHubError) {
        try await access.download("\(path(id))/stream", to: destination, progress: progress)
    }

    /// Reads the tar archive of a bucket piece by piece.
    public func readArchive<Value: Sendable>(
        of id: HubID<Bucket>,
        _ consume: (HTTPResponseBody) async throws -> Value
    ) async throws -> Value {
        try await access.read("\(path(id))/stream", consume)
    }

    private var files: Resource<BucketFile> { Resource<BucketFile>(access) }

    private func file(at path: String, in id: HubID<Bucket>) async throws(FlameHubError) -> BucketFile? {
        for try await row in files.rows(filter: .bucketID(id)) where row.record?.path == path { return row.record }
        return nil
    }

    private func request(
        _ file: UploadFile,
        to id: HubID<Bucket>,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async throws(FlameHubError) -> HubRequest {
        let part = MultipartForm.File(filename: file.path, contentType: file.contentType, content: file.content)
        let form = MultipartForm(fields: [], file: part)
        let body: HTTPBody
        do {
            body = try await form.body()
        } catch {
            throw FlameHubError(error.code == .file ? .file : .invalidRequest, error.message, underlying: error)
        }
        return HubRequest(
            method: .post,
            path: "\(path(id))/upload",
            headers: ["Content-Type": form.contentType],
            body: progress.map { UploadProgress(report: $0).watching(body) } ?? body,
            mayRepeat: false,
            isStream: true
        )
    }
}
