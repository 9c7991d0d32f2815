import Bitfount
import Timekeeping

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
