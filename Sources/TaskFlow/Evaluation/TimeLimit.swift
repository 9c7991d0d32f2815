// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Timekeeping

/// The moment by which work has to be done, on a clock that tests can replace.
struct TimeLimit<C: Clock>: Sendable where C.Duration == Duration {
    let clock: C
    let end: C.Instant

    /// The time that is left; zero or less once the limit is reached.
    var remaining: Duration { clock.now.duration(to: end) }

    private enum Event<Success: Sendable, Failure: Error>: Sendable {
        case finished(Result<Success, Failure>)
        case limitReached
        case stoppedWaiting
    }

    /// Runs `operation` and cancels it when the limit is reached.
    ///
    /// The operation has to end promptly once it is cancelled: this waits for it, so that nothing of a task
    /// outlives its evaluation.
    ///
    /// - Returns: what the operation returned or threw, or `nil` if the limit came first. An operation is not
    ///   even begun after the limit.
    func run<Success: Sendable, Failure: Error>(
        _ operation: @escaping @Sendable () async throws(Failure) -> Success
    ) async -> Result<Success, Failure>? {
        guard remaining > .zero else { return nil }
        return await withTaskGroup(of: Event<Success, Failure>.self) { group in
            group.addTask {
                do throws(Failure) {
                    return .finished(.success(try await operation()))
                } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask {
                do {
                    try await clock.sleep(until: end, tolerance: nil)
                    return .limitReached
                } catch {
                    // Cancelled from outside: the operation is, too, and ends with its own word on it.
                    return .stoppedWaiting
                }
            }
            defer { group.cancelAll() }
            for await event in group {
                switch event {
                case .finished(let result): return result
                case .limitReached: return nil
                case .stoppedWaiting: continue
                }
            }
            return nil
        }
    }
}

extension Clock where Duration == Swift.Duration {
    /// Runs `operation` for so long at most; see ``TimeLimit/run(_:)``.
    func run<Success: Sendable, Failure: Error>(
        for time: Duration,
        _ operation: @escaping @Sendable () async throws(Failure) -> Success
    ) async -> Result<Success, Failure>? {
        await TimeLimit(clock: self, end: now.advanced(by: time)).run(operation)
    }
}

/// Repeats a call that failed for a passing reason, for as long as a task has time.
struct PatientCall<C: Clock>: Sendable where C.Duration == Duration {
    /// Why a call was given up.
    enum Failure: Error {
        /// The time is over; with what the last attempt failed, if one ended.
        case timeUp(last: BitfountError?)
        /// The answer was a failure that repeating does not mend.
        case failed(BitfountError)
        /// The agent is stopping.
        case interrupted
    }

    let limit: TimeLimit<C>
    let delays: RetryDelays

    /// The first success of `operation`.
    ///
    /// - Parameter isPassing: whether a failure is worth a repetition.
    func run<Success: Sendable>(
        repeatingIf isPassing: (BitfountError) -> Bool = \.isTransient,
        _ operation: @escaping @Sendable () async throws(BitfountError) -> Success
    ) async throws(Failure) -> Success {
        var last: BitfountError?
        var delays = delays
        while let result = await limit.run(operation) {
            switch result {
            case .success(let success):
                return success
            case .failure(let error) where Task.isCancelled || error.code == .cancelled:
                throw .interrupted
            case .failure(let error) where !isPassing(error):
                throw .failed(error)
            case .failure(let error):
                last = error
                let delay = delays.next()
                // An attempt that could only begin after the limit is not worth waiting for.
                guard delay < limit.remaining else { throw .timeUp(last: last) }
                do { try await limit.clock.sleep(for: delay) } catch { throw .interrupted }
            }
        }
        throw .timeUp(last: last)
    }
}
