// SPDX-License-Identifier: Apache-2.0

import Offloading
import Synchronization

/// A number of bytes that several share. Whoever finds too few left waits, in the order of asking.
final class ByteBudget: Sendable {
    /// How many bytes there are.
    let bytes: Int
    private let budget: AsyncBudget

    init(bytes: Int) {
        self.bytes = bytes
        budget = AsyncBudget(bytes)
    }

    /// How many bytes nobody holds.
    var free: Int { budget.free }
    /// How many wait.
    var waitingCount: Int { budget.waitingCount }

    /// Takes bytes, after waiting for them if need be. Who wants more than there are gets all there are.
    ///
    /// - Returns: `nil` if the task was cancelled before it was its turn.
    func take(_ bytes: Int) async -> ByteClaim? {
        let bytes = min(bytes, self.bytes)
        return await budget.take(bytes) ? ByteClaim(bytes, of: budget) : nil
    }

    /// Takes bytes if they are there.
    func takeNow(_ bytes: Int) -> ByteClaim? {
        budget.takeNow(bytes) ? ByteClaim(bytes, of: budget) : nil
    }
}

/// Bytes that were taken from a budget, until they are given back.
final class ByteClaim: Sendable {
    private let budget: AsyncBudget?
    private let bytes: Mutex<Int>

    /// What needs no budget.
    static let nothing = ByteClaim(0, of: nil)

    fileprivate init(_ bytes: Int, of budget: AsyncBudget?) {
        self.budget = budget
        self.bytes = Mutex(bytes)
    }

    deinit { release() }

    /// Gives all of it back; once is enough.
    func release() {
        let bytes = bytes.withLock { bytes in
            defer { bytes = 0 }
            return bytes
        }
        if bytes > 0 { budget?.give(bytes) }
    }
}
