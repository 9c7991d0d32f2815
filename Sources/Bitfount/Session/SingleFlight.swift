// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets callers that want the same thing at the same time wait for one piece of work together.
final class SingleFlight<Value: Sendable>: Sendable {
    private typealias Outcome = Result<Value, BitfountError>

    private struct State {
        var isRunning = false
        var nextCaller = 0
        var waiting: [Int: CheckedContinuation<Outcome, Never>] = [:]
        /// Callers that were cancelled before they waited.
        var cancelled: Set<Int> = []
        /// Those who wait for the end of the work, and not for what it brings.
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    /// What becomes of a caller.
    private enum Step {
        case refuse
        case join
        case start
    }

    private let state = Mutex(State())

    /// Runs the work, or joins the run that is under way.
    ///
    /// A caller that is cancelled stops waiting; the work goes on. Others may wait for it, and a refresh token that was
    /// sent must be replaced by its successor or the login is lost.
    ///
    /// - Throws: what the work throws; `cancelled` if this caller is cancelled.
    func run(_ work: @escaping @Sendable () async throws(BitfountError) -> Value) async throws(BitfountError) -> Value {
        let caller = state.withLock { state in
            state.nextCaller += 1
            return state.nextCaller
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, as: caller, for: work) }
        } onCancel: {
            cancel(caller)
        }
        state.withLock { _ = $0.cancelled.remove(caller) }
        return try outcome.get()
    }

    /// Waits until no work is under way.
    func end() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isRunning { state.waitingForEnd.append(continuation) }
                return !state.isRunning
            }
            if isOver { continuation.resume() }
        }
    }

    private func wait(
        _ continuation: CheckedContinuation<Outcome, Never>,
        as caller: Int,
        for work: @escaping @Sendable () async throws(BitfountError) -> Value
    ) {
        let step: Step = state.withLock { state in
            guard !state.cancelled.contains(caller) else { return .refuse }
            state.waiting[caller] = continuation
            guard !state.isRunning else { return .join }
            state.isRunning = true
            return .start
        }
        switch step {
        case .refuse: continuation.resume(returning: .failure(Self.cancellation))
        case .join: break
        case .start: start(work)
        }
    }

    private func start(_ work: @escaping @Sendable () async throws(BitfountError) -> Value) {
        // Unstructured on purpose, see `run`. It ends by itself: every request in it has a time-out.
        Task {
            let outcome: Outcome
            do throws(BitfountError) {
                outcome = .success(try await work())
            } catch {
                outcome = .failure(error)
            }
            let (waiting, waitingForEnd) = state.withLock { state in
                defer { (state.waiting, state.waitingForEnd) = ([:], []) }
                state.isRunning = false
                return (state.waiting.values, state.waitingForEnd)
            }
            for continuation in waiting { continuation.resume(returning: outcome) }
            for continuation in waitingForEnd { continuation.resume() }
        }
    }

    private func cancel(_ caller: Int) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: caller)
            if continuation == nil { state.cancelled.insert(caller) }
            return continuation
        }
        continuation?.resume(returning: .failure(Self.cancellation))
    }

    private static var cancellation: BitfountError {
        BitfountError(.cancelled, "Waiting for an access token was cancelled")
    }
}
