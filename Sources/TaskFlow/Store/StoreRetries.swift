// SPDX-License-Identifier: Apache-2.0

import Logging
import StateStore
import Timekeeping

/// Repeats a step of a task until the store takes it.
struct StoreRetries: Sendable {
    let clock: any Clock<Duration>
    let random: @Sendable () -> Double
    let logger: Logger

    /// Runs the step, and again after a growing pause as long as it fails for what may pass.
    ///
    /// A cancelled task tries once more without waiting: the agent is stopping.
    ///
    /// - Throws: What repeating does not mend.
    func untilStored<Value>(
        _ taskID: String?,
        _ step: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        var delays = RetryDelays(Backoff(cap: .seconds(30)), random: random)
        while true {
            do throws(StoreError) {
                return try await step()
            } catch  where error.mayPass {
                logger.error(
                    "a step of a task could not be stored and is tried again: \(error)",
                    metadata: ["task": "\(taskID ?? "")"]
                )
            }
            do {
                try await clock.sleep(for: delays.next())
            } catch {
                return try await step()
            }
        }
    }
}

extension StoreError {
    /// Whether the same write may succeed later.
    fileprivate var mayPass: Bool {
        isStorageFault || code == .busy || code == .overloaded
    }
}
