// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets one piece of asynchronous work in at a time, in the order in which they asked. Waiting ends with the task's
/// cancellation.
public final class AsyncLock: Sendable {
    /// Proof that its holder is inside. Only the lock makes one, so that a function that takes it can't be called outside.
    public struct Turn: ~Copyable, Sendable {
        fileprivate init() {}
    }

    private struct State {
        var isTaken = false
        var nextID = 0
        var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// A lock that nobody holds.
    public init() {}

    /// How many wait.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs work when it is its turn. The lock isn't re-entrant: work must not ask for another turn.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before its turn comes; otherwise what the work throws.
    public func withTurn<Output>(
        isolation: isolated (any Actor)? = #isolation,
        _ work: (borrowing Turn) async throws -> Output
    ) async throws -> Output {
        guard await enter() else { throw CancellationError() }
        defer { leave() }
        return try await work(Turn())
    }

    /// Whether the turn came; `false` if the task was cancelled before.
    private func enter(isolation: isolated (any Actor)? = #isolation) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if !state.isTaken {
                        state.isTaken = true
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume(returning: false)
        }
        // A cancellation after the turn came is the work's to see.
        state.withLock { _ = $0.cancelled.remove(id) }
        return entered
    }

    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
