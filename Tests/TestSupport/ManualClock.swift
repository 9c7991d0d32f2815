// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: Clock {
    /// A moment, counted from when the clock was made.
    public typealias Instant = TestInstant

    private struct Sleeper {
        let id: Int
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant()
        var nextID = 0
        var cancelled: Set<Int> = []
        var sleepers: [Sleeper] = []
        var watchers: [(isSatisfied: @Sendable ([Instant]) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
            []
    }

    private let state = Mutex(State())

    /// A clock at its beginning.
    public init() {}

    /// The time, which only ``advance(by:)`` moves on.
    public var now: Instant { state.withLock(\.now) }
    /// Any time is kept exactly.
    public var minimumResolution: Duration { .zero }
    /// How many sleep.
    public var sleepers: Int { state.withLock(\.sleepers.count) }

    /// Sleeps until a test has moved the clock so far.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) } else { wakeWatchers() }
            }
        } onCancel: {
            let sleeper: Sleeper? = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock on and wakes whoever's time has come.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until so many sleep at the same time, or more.
    public func waitForSleepers(_ count: Int) async {
        await waitForSleepers { $0.count >= count }
    }

    /// Waits until somebody sleeps who is to wake before this much time has passed on the clock since its start.
    public func waitForSleeper(dueBefore offset: Duration) async {
        await waitForSleepers { $0.contains { $0.offset < offset } }
    }

    /// Waits until somebody sleeps who is to wake at this time after the clock's start, or later.
    public func waitForSleeper(dueAtOrAfter offset: Duration) async {
        await waitForSleepers { $0.contains { $0.offset >= offset } }
    }

    private func waitForSleepers(_ isSatisfied: @escaping @Sendable ([Instant]) -> Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.watchers.append((isSatisfied, continuation)) }
            wakeWatchers()
        }
    }

    private func wakeWatchers() {
        let satisfied = state.withLock { state in
            let deadlines = state.sleepers.map(\.deadline)
            let satisfied = state.watchers.filter { $0.isSatisfied(deadlines) }
            state.watchers.removeAll { $0.isSatisfied(deadlines) }
            return satisfied
        }
        for watcher in satisfied { watcher.continuation.resume() }
    }
}
