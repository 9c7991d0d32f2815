// SPDX-License-Identifier: Apache-2.0

public import Foundation

extension HTTPClient {
    /// How far a download has come.
    public struct DownloadProgress: Sendable, Hashable {
        /// The bytes that were written.
        public let receivedBytes: Int64
        /// The bytes that there will be, if the server said so and they aren't compressed on the way.
        public let expectedBytes: Int64?
    }

    /// The most bytes of the body of a response that isn't the file.
    static let maximumErrorBodyBytes = 1_024 * 1_024

    /// Downloads a file. It appears under its name, with mode 0600, when it is complete and on the disk.
    ///
    /// Only a response of status 200 is written; any other is returned with the first megabyte of its body, and no
    /// file is touched. A download that breaks off starts anew by the request's retry policy.
    ///
    /// - Parameters:
    ///   - request: The request, whose ``HTTPRequest/maximumResponseBytes`` limits the file and whose
    ///     ``HTTPRequest/timeout`` the whole transfer.
    ///   - destination: The file, in a directory that exists. A file that is there already is replaced.
    ///   - progress: Called after each piece that was written; after a retry it starts at zero again.
    /// - Returns: The response, with an empty body if the file was written.
    /// - Throws: ``HTTPError``, with code `file` if the file can't be written. Nothing is left behind.
    @discardableResult
    public func download(
        _ request: HTTPRequest,
        to destination: URL,
        progress: (@Sendable (DownloadProgress) -> Void)? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        try await streaming(request) { response, schedule in
            do throws(HTTPError) {
                guard response.status == 200 else {
                    let body = try await response.body.collect(atMost: Self.maximumErrorBodyBytes)
                    return .done(.success(HTTPResponse(head: response.head, body: body)))
                }
                try await Self.write(response, to: destination, progress)
                return .done(.success(HTTPResponse(head: response.head, body: Data())))
            } catch {
                return schedule.delay(after: error).map { .again($0) } ?? .done(.failure(error.naming(request)))
            }
        }
    }

    private static func write(
        _ response: HTTPResponseStream,
        to destination: URL,
        _ progress: (@Sendable (DownloadProgress) -> Void)?
    ) async throws(HTTPError) {
        let isCompressed = response.headers.contains("Content-Encoding")
        let expected = isCompressed ? nil : response.head.contentLength
        let file = try await PartialFile(destination)
        do throws(HTTPError) {
            var received: Int64 = 0
            for try await piece in response.body {
                try await file.write(piece)
                received += Int64(piece.count)
                progress?(DownloadProgress(receivedBytes: received, expectedBytes: expected))
            }
            try await file.commit()
        } catch {
            await file.discard()
            throw error
        }
    }
}
