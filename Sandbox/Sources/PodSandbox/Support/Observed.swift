// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// State that others may wait on: every change wakes those whose condition it fulfils, so that nobody polls.
package final class Observed<State: Sendable>: Sendable {
    private struct Waiter: Sendable {
        let condition: @Sendable (State) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Guarded: Sendable {
        var state: State
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let guarded: Mutex<Guarded>

    /// Begins with `state`.
    package init(_ state: State) {
        guarded = Mutex(Guarded(state: state))
    }

    /// Looks at the state; the state must not be kept beyond the call.
    package func read<Result: Sendable>(_ body: (State) throws -> Result) rethrows -> Result {
        try guarded.withLock { try body($0.state) }
    }

    /// Changes the state and wakes those who waited for what it has become.
    @discardableResult
    package func change<Result: Sendable>(_ body: (inout State) throws -> Result) rethrows -> Result {
        var awake: [CheckedContinuation<Void, any Error>] = []
        defer { awake.forEach { $0.resume() } }
        return try guarded.withLock { guarded in
            defer {
                for (id, waiter) in guarded.waiters where waiter.condition(guarded.state) {
                    guarded.waiters[id] = nil
                    awake.append(waiter.continuation)
                }
            }
            return try body(&guarded.state)
        }
    }

    /// Returns as soon as `condition` holds; throws `CancellationError` when the task is cancelled first.
    package func wait(until condition: @escaping @Sendable (State) -> Bool) async throws {
        let id = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let settled: Result<Void, any Error>? = guarded.withLock { guarded in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if condition(guarded.state) { return .success(()) }
                    guarded.waiters[id] = Waiter(condition: condition, continuation: continuation)
                    return nil
                }
                if let settled { continuation.resume(with: settled) }
            }
        } onCancel: {
            let waiter = guarded.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until `find` finds something, and returns it.
    package func first<Found: Sendable>(_ find: @escaping @Sendable (State) -> Found?) async throws -> Found {
        while true {
            if let found = read(find) { return found }
            try await wait { find($0) != nil }
        }
    }
}
