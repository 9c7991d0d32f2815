// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts what runs at the same time.
final class Tally: Sendable {
    private let counts = Mutex((running: 0, most: 0, ended: 0))

    /// The most that ran at a time.
    var most: Int { counts.withLock { $0.most } }
    /// How many have begun.
    var begun: Int { counts.withLock { $0.running + $0.ended } }
    /// How many have ended.
    var ended: Int { counts.withLock { $0.ended } }

    func begin() {
        counts.withLock { counts in
            counts.running += 1
            counts.most = max(counts.most, counts.running)
        }
    }

    func end() {
        counts.withLock { counts in
            counts.running -= 1
            counts.ended += 1
        }
    }
}

/// Numbers in the order in which they came.
final class Order: Sendable {
    private let recorded = Mutex<[Int]>([])

    var numbers: [Int] { recorded.withLock { $0 } }

    func append(_ number: Int) {
        recorded.withLock { $0.append(number) }
    }
}
