// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport

/// How far a transfer has come. After a retry it falls back.
public struct TransferProgress: Sendable, Equatable {
    /// The bytes that were handed out or written.
    public let completedBytes: Int64
    /// The bytes that there are, if that is known.
    public let totalBytes: Int64?
}

/// Is told how far a transfer has come, after each piece, on any thread.
public typealias TransferObserver = @Sendable (TransferProgress) -> Void

extension HTTPBody {
    /// The same body, telling somebody about each piece as it is handed out. Bodies in memory are told of at no time:
    /// they are small.
    ///
    /// - Parameters:
    ///   - offset: what was handed out before this body.
    ///   - total: what there is in all; nil if that is this body.
    func reporting(to observer: TransferObserver?, offset: Int64 = 0, total: Int64? = nil) -> HTTPBody {
        guard let observer, case .stream(let length, let source) = self else { return self }
        return .stream(length: length) {
            ReportedPieces(source: source(), completed: offset, total: total ?? length, observer: observer)
        }
    }
}

private struct ReportedPieces: AsyncSequence, Sendable {
    typealias Failure = any Error

    let source: any AsyncSequence<Data, any Error> & Sendable
    let completed: Int64
    let total: Int64
    let observer: TransferObserver

    func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), completed: completed, total: total, observer: observer)
    }

    struct Iterator: AsyncIteratorProtocol {
        var source: any AsyncIteratorProtocol<Data, any Error>
        var completed: Int64
        let total: Int64
        let observer: TransferObserver

        mutating func next() async throws -> Data? {
            guard let piece = try await source.next() else { return nil }
            completed += Int64(piece.count)
            observer(TransferProgress(completedBytes: completed, totalBytes: total))
            return piece
        }
    }
}
