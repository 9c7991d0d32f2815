// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Holds tasks up until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var expecting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(isOpen: Bool) {
        state = Mutex(State(isOpen: isOpen))
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }

    /// Returns when the gate is open, and never before: a task that is cancelled waits on.
    func pass() async throws {
        await withCheckedContinuation { continuation in
            let (passes, arrived) = state.withLock { state in
                state.arrivals += 1
                let arrived = state.expecting.filter { $0.count <= state.arrivals }
                state.expecting.removeAll { $0.count <= state.arrivals }
                if !state.isOpen { state.waiting.append(continuation) }
                return (state.isOpen, arrived)
            }
            arrived.forEach { $0.continuation.resume() }
            if passes { continuation.resume() }
        }
    }

    /// Returns when this many tasks have come to the gate.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrivals < count { state.expecting.append((count, continuation)) }
                return state.arrivals >= count
            }
            if isThere { continuation.resume() }
        }
    }
}
