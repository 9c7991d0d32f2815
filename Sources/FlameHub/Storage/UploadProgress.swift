// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Synchronization

/// Counts the bytes of a body while they are sent.
struct UploadProgress: Sendable {
    let report: @Sendable (Int64) -> Void

    /// The same body, watched. Bytes in memory are sent at once and not counted.
    func watching(_ body: HTTPBody) -> HTTPBody {
        guard case .stream(let length, let make) = body else { return body }
        return .stream(length: length) { watched(make()) }
    }

    private func watched(
        _ pieces: some AsyncSequence<Data, any Error> & Sendable
    ) -> any AsyncSequence<Data, any Error> & Sendable {
        let sent = Counter()
        return pieces.map { piece in
            report(sent.add(piece.count))
            return piece
        }
    }

    private final class Counter: Sendable {
        private let total = Mutex<Int64>(0)

        func add(_ count: Int) -> Int64 {
            total.withLock {
                $0 += Int64(count)
                return $0
            }
        }
    }
}
