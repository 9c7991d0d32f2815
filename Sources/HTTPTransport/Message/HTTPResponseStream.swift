// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A response whose body arrives while it is read.
public struct HTTPResponseStream: Sendable {
    /// Status, header fields and version.
    public let head: HTTPResponseHead
    /// The body.
    public let body: HTTPResponseBody

    /// The status code.
    public var status: Int { head.status }
    /// The header fields.
    public var headers: HTTPHeaders { head.headers }
}

/// The body of a response as a sequence of pieces, decompressed. It can be read once, by one reader at a time.
///
/// The server is held back while nobody reads: at most about a megabyte waits in memory.
public struct HTTPResponseBody: AsyncSequence, Sendable {
    /// Reading fails with an ``HTTPError``.
    public typealias Failure = HTTPError

    let source: StreamedResponse
    let control: TransferControl
    let request: HTTPRequest

    /// Reads on from where the body was read to.
    public func makeAsyncIterator() -> Iterator {
        Iterator(body: self)
    }

    /// Reads all that is left, at most `maximum` bytes; anything behind them isn't read.
    public func collect(atMost maximum: Int) async throws(HTTPError) -> Data {
        var collected = Data()
        var iterator = makeAsyncIterator()
        while collected.count < maximum, let piece = try await iterator.next(isolation: nil) {
            collected += piece.prefix(maximum - collected.count)
        }
        return collected
    }

    /// Reads the pieces of a body.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: HTTPResponseBody

        /// The next piece, never empty; `nil` when the body is complete.
        ///
        /// - Throws: ``HTTPError`` if the rest of the body doesn't arrive, `cancelled` if the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> Data? {
            let (source, control) = (body.source, body.control)
            let result = await withTaskCancellationHandler {
                await source.next(resuming: control)
            } onCancel: {
                control.cancel()
            }
            do {
                return try result.get()
            } catch {
                throw error.naming(body.request)
            }
        }

        /// The next piece, as ``next(isolation:)``.
        public mutating func next() async throws(HTTPError) -> Data? {
            try await next(isolation: nil)
        }
    }
}
