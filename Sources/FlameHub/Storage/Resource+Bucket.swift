// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

extension Resource where Record == Bucket {
    /// Puts a file into a bucket (flame-hub.md, 4.12). It is never sent twice by itself, and one that began is not cancelled with the
    /// task: an upload that breaks off ends the Storage process of hubs up to 0.14 (flame-hub-differences.md, B21).
    ///
    /// - Parameters:
    ///   - file: The file; one at a time, so that what happened to it is never in doubt.
    ///   - id: The bucket.
    ///   - replacing: Whether files of the same path are deleted first, after the new one was opened. The Hub can't replace one.
    ///   - progress: Hears how many bytes of the request were sent, from any thread.
    /// - Throws: ``FlameHubError/Code/conflict`` if there is a file of the same path;
    ///   ``FlameHubError/Code/changeIgnored`` if the Hub kept it under another path.
    @discardableResult
    public func upload(
        _ file: UploadFile,
        to id: HubID<Bucket>,
        replacing: Bool = false,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(FlameHubError) -> BucketFile {
        guard !file.path.isEmpty else { throw FlameHubError(.invalidRequest, "A file needs a path.") }
        guard file.path.utf16.count <= Self.maximumPathLength else {
            throw FlameHubError(
                .invalidRequest,
                "A path has at most \(Self.maximumPathLength) characters: Core never links a longer one to its analysis."
            )
        }
        let request = try await request(file, to: id, progress)
        // A hub of 0.8 keeps two rows of one path, and the bytes of the last for both.
        let isUnique = try await access.profile().features.hasUniquePaths
        if replacing || !isUnique {
            let old = try await rows(at: file.path, in: id)
            guard replacing || old.isEmpty else {
                throw FlameHubError(.conflict, "The bucket has a file of this path already.")
            }
            for row in old { try await files.delete(row.id) }
        }
        let response: HTTPResponse
        do throws(FlameHubError) {
            response = try await unbroken(request)
        } catch {
            guard error.status == 500 || error.status == 409 else { throw error }
            // That is how the Hub says that the path is taken, and how it says that it broke.
            guard try await !rows(at: file.path, in: id).isEmpty else { throw error }
            throw FlameHubError(.conflict, "The bucket has a file of this path already.", underlying: error)
        }
        let (rows, _) = try access.reader.list(response)
        guard rows.count == 1, let stored = ResourceRow<BucketFile>(rows[0]).record else {
            throw access.reader.malformed("does not describe the file that was uploaded")
        }
        guard stored.path ?? file.path == file.path else {
            throw FlameHubError(
                .changeIgnored,
                "The storage service kept the file under another path than the one sent."
            )
        }
        return stored
    }

    /// The longest path that Core can link: 256 characters (flame-hub-differences.md, B17).
    private static var maximumPathLength: Int { 256 }

    /// Sends an upload to its end, whatever becomes of the task; one whose task was cancelled before does not begin.
    private func unbroken(_ request: HubRequest) async throws(FlameHubError) -> HTTPResponse {
        guard !Task.isCancelled else { throw FlameHubError(.cancelled, "The upload was cancelled before it began.") }
        let access = access
        let sending = Task { () async -> Result<HTTPResponse, FlameHubError> in
            do throws(FlameHubError) {
                return .success(try await access.send(request))
            } catch {
                return .failure(error)
            }
        }
        return try await sending.value.get()
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

    private func rows(at path: String, in id: HubID<Bucket>) async throws(FlameHubError) -> [BucketFile] {
        var found: [BucketFile] = []
        for try await row in files.rows(filter: .bucketID(id)) {
            if let file = row.record, file.path == path { found.append(file) }
        }
        return found
    }

    private func request(
        _ file: UploadFile,
        to id: HubID<Bucket>,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async throws(FlameHubError) -> HubRequest {
        if case .file(let url) = file.content {
            do {
                try FileHandle(forReadingFrom: url).close()
            } catch {
                throw FlameHubError(.file, "The file to upload can't be opened: \(url.path).", underlying: error)
            }
        }
        var part = MultipartForm.File(filename: file.path, contentType: file.contentType, content: file.content)
        // The Hub reads a plain name as Latin-1.
        part.hasExtendedFilename = true
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
