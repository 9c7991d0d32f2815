// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An amount that several share: bytes, places. Whoever finds too little left waits, in the order of asking; waiting ends with
/// the task's cancellation.
public final class AsyncBudget: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var waiting: [(id: Int, amount: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// A budget of which nobody holds anything.
    public init(_ amount: Int) {
        state = Mutex(State(free: amount))
    }

    /// How much nobody holds.
    public var free: Int { state.withLock { $0.free } }
    /// How many wait.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Takes an amount, which must be no more than there is in all, after waiting for it if need be.
    ///
    /// - Returns: `false` if the task was cancelled before it was its turn; then nothing was taken.
    public func take(_ amount: Int, isolation: isolated (any Actor)? = #isolation) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isTaken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.waiting.isEmpty, state.free >= amount {
                        state.free -= amount
                        return true
                    }
                    state.waiting.append((id, amount, continuation))
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            abandon(id)
        }
        // A cancellation after the amount came is the caller's to see.
        state.withLock { _ = $0.cancelled.remove(id) }
        return isTaken
    }

    /// Takes an amount if it is there and nobody waits.
    public func takeNow(_ amount: Int) -> Bool {
        state.withLock { state in
            guard state.waiting.isEmpty, state.free >= amount else { return false }
            state.free -= amount
            return true
        }
    }

    /// Gives back what was taken.
    public func give(_ amount: Int) {
        state.withLock { $0.free += amount }
        serve()
    }

    private func abandon(_ id: Int) {
        let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.waiting.remove(at: index).continuation
        }
        continuation?.resume(returning: false)
        // It may have been the one for which too little was left.
        serve()
    }

    private func serve() {
        let served = state.withLock { state in
            var served: [CheckedContinuation<Bool, Never>] = []
            while let first = state.waiting.first, first.amount <= state.free {
                state.free -= first.amount
                served.append(first.continuation)
                state.waiting.removeFirst()
            }
            return served
        }
        for continuation in served { continuation.resume(returning: true) }
    }
}
