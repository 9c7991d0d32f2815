// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Counts bytes at both ends of a transfer, and remembers the most that were on their way at once.
final class Ledger: Sendable {
    private struct State {
        var produced = 0
        var consumed = 0
        var mostUnderWay = 0
        var waiters: [(bytes: Int, wake: @Sendable () -> Void)] = []
    }

    private let state = Mutex(State())

    var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }
    var produced: Int { state.withLock { $0.produced } }

    func produce(_ bytes: Int) {
        let woken = state.withLock { state in
            state.produced += bytes
            state.mostUnderWay = max(state.mostUnderWay, state.produced - state.consumed)
            let produced = state.produced
            let woken = state.waiters.filter { $0.bytes <= produced }.map(\.wake)
            state.waiters.removeAll { $0.bytes <= produced }
            return woken
        }
        woken.forEach { $0() }
    }

    func consume(_ bytes: Int) {
        state.withLock { $0.consumed += bytes }
    }

    /// Waits until so many bytes were produced.
    func wait(forProduced bytes: Int) async {
        await withCheckedContinuation { continuation in wake(atProduced: bytes) { continuation.resume() } }
    }

    /// The same, for a server's own thread.
    func block(untilProduced bytes: Int) {
        let isThere = DispatchSemaphore(value: 0)
        wake(atProduced: bytes) { isThere.signal() }
        isThere.wait()
    }

    private func wake(atProduced bytes: Int, _ wake: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            guard state.produced < bytes else { return true }
            state.waiters.append((bytes, wake))
            return false
        }
        if isThere { wake() }
    }
}
