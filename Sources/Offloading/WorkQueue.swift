// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// The one way off the cooperative pool: threads for what blocks or keeps a core busy, so that it holds up nothing else.
///
/// Work begins in the order of arrival, at most ``width`` pieces at a time. A piece that has begun or waits is not
/// cancelled with the task that asked for it.
public final class WorkQueue: Sendable {
    private typealias Work = @Sendable () -> Void

    private struct State {
        var waiting: ArraySlice<Work> = []
        var idle: [DispatchQueue]
    }

    /// How many pieces run at a time.
    public let width: Int

    private let waitingLimit: Int
    private let state: Mutex<State>

    /// How many pieces wait for a thread.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// A queue, which has no threads while it has nothing to do.
    ///
    /// - Parameters:
    ///   - label: what debuggers call its threads.
    ///   - width: how many pieces run at a time; with one they never overlap.
    ///   - waitingLimit: how many pieces may wait before further ones are refused.
    public init(label: String, width: Int = 1, waitingLimit: Int = .max) {
        self.width = max(1, width)
        self.waitingLimit = waitingLimit
        // Serial queues, since each surely gets a thread: a concurrent one shares a pool that others can fill up.
        state = Mutex(State(idle: (0..<self.width).map { DispatchQueue(label: "\(label).\($0)") }))
    }

    /// Runs work on one of the threads, and waits for its end.
    ///
    /// - Parameter refusal: what is thrown if too many pieces wait.
    /// - Throws: what the work throws, or the refusal.
    public func run<Output: Sendable, Failure: Error>(
        orRefuse refusal: Failure,
        _ work: @escaping @Sendable () throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        let result: Result<Output, Failure> = await withCheckedContinuation { continuation in
            let isAccepted = enqueue {
                continuation.resume(returning: Result { () throws(Failure) in try work() })
            }
            if !isAccepted { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Runs work on one of the threads, and waits for its end. Nothing is refused.
    ///
    /// - Throws: what the work throws.
    public func run<Output: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        let result: Result<Output, Failure> = await withCheckedContinuation { continuation in
            enqueue(unlimited: true) {
                continuation.resume(returning: Result { () throws(Failure) in try work() })
            }
        }
        return try result.get()
    }

    /// Queues work; `false` if too much is waiting.
    @discardableResult
    private func enqueue(unlimited: Bool = false, _ work: @escaping Work) -> Bool {
        let (isAccepted, lane): (Bool, DispatchQueue?) = state.withLock { state in
            if let lane = state.idle.popLast() {
                state.waiting.append(work)
                return (true, lane)
            }
            guard unlimited || state.waiting.count < waitingLimit else { return (false, nil) }
            state.waiting.append(work)
            return (true, nil)
        }
        // Until it is idle again the lane's closure keeps this queue alive, so that nothing that waits is lost.
        if let lane { lane.async { self.drain(lane) } }
        return isAccepted
    }

    private func drain(_ lane: DispatchQueue) {
        while let work = next(lane) { work() }
    }

    private func next(_ lane: DispatchQueue) -> Work? {
        state.withLock { state in
            if let work = state.waiting.popFirst() { return work }
            state.idle.append(lane)
            return nil
        }
    }
}
