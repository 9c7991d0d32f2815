// SPDX-License-Identifier: Apache-2.0

import Foundation
import Timekeeping

/// Decides after each attempt of one request whether there is another, and how long to wait for it.
struct RetrySchedule {
    private let policy: RetryPolicy
    private let random: @Sendable () -> Double
    private let wallClock: @Sendable () -> Date
    /// The number of attempts that were made.
    private(set) var attempts = 0

    init(_ policy: RetryPolicy, random: @escaping @Sendable () -> Double, wallClock: @escaping @Sendable () -> Date) {
        self.policy = policy
        self.random = random
        self.wallClock = wallClock
    }

    /// The wait after an attempt that ended in a response, or `nil` if the response is final.
    mutating func delay(after response: HTTPResponseHead) -> Duration? {
        guard policy.statuses.contains(response.status) else { return nil }
        return nextDelay(atLeast: retryAfter(response))
    }

    /// The wait after an attempt that failed, or `nil` if the failure is final.
    mutating func delay(after error: HTTPError) -> Duration? {
        guard policy.retriesConnectionErrors, error.isTransient else { return nil }
        return nextDelay(atLeast: .zero)
    }

    private mutating func nextDelay(atLeast minimum: Duration) -> Duration? {
        attempts += 1
        guard attempts < policy.maximumAttempts else { return nil }
        let backoff = Backoff(first: policy.baseDelay, cap: policy.maximumDelay)
        return max(minimum, backoff.delay(afterFailures: attempts, random: random))
    }

    private func retryAfter(_ response: HTTPResponseHead) -> Duration {
        guard let value = response.headers["Retry-After"], let wait = RetryAfter.parse(value, now: wallClock()) else {
            return .zero
        }
        return min(wait, policy.maximumRetryAfter)
    }
}
