import Foundation
import HTTPTransport

/// Is told about every piece of a transfer: how many bytes have just been taken from, or added to, the object.
///
/// Called from any thread, often. A retried attempt counts its bytes again.
public typealias TransferProgress = @Sendable (_ bytes: Int) -> Void

extension HTTPBody {
    /// The same body, telling somebody about each piece as it is handed out.
    func reporting(to progress: TransferProgress?) -> HTTPBody {
        guard let progress, case .stream(let length, let source) = self else { return self }
        return .stream(length: length) { ReportedPieces(source: source(), progress: progress) }
    }
}

private struct ReportedPieces: AsyncSequence, Sendable {
    typealias Failure = any Error

    let source: any AsyncSequence<Data, any Error> & Sendable
    let progress: TransferProgress

    func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), progress: progress)
    }

    struct Iterator: AsyncIteratorProtocol {
        var source: any AsyncIteratorProtocol<Data, any Error>
        let progress: TransferProgress

        mutating func next() async throws -> Data? {
            let piece = try await source.next()
            if let piece { progress(piece.count) }
            return piece
        }
    }
}
