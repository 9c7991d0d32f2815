// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Timekeeping

/// When a failed call is tried again, and after what wait (bitfount-protocol.md, 7.2).
///
/// It bridges hiccups only. Whoever must not give up, like the outbox, repeats the call itself.
public struct MessageServiceRetryPolicy: Sendable, Hashable {
    /// The most attempts, the first included. Default: 4.
    public var maximumAttempts: Int
    /// Before the n-th retry the wait is random, between zero and this times 2ⁿ⁻¹. Default: 1 s.
    public var baseDelay: Duration
    /// The most that the range of the random wait grows to. Default: 60 s.
    public var maximumDelay: Duration

    /// A policy, each part with its default.
    public init(
        maximumAttempts: Int = 4,
        baseDelay: Duration = .seconds(1),
        maximumDelay: Duration = .seconds(60)
    ) {
        self.maximumAttempts = maximumAttempts
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
    }

    /// The wait after a number of attempts that failed, or `nil` if that was the last.
    func delay(afterAttempts attempts: Int, random: @Sendable () -> Double) -> Duration? {
        guard attempts < maximumAttempts else { return nil }
        return Backoff(first: baseDelay, cap: maximumDelay).delay(afterFailures: attempts, random: random)
    }
}

extension MessageServiceError {
    /// Whether trying again within the same call can help.
    ///
    /// Python also repeats refusals. But refused credentials want new ones first, and a service over its limits wants a
    /// longer rest than a call can wait.
    var isWorthAnotherAttempt: Bool {
        switch code {
        case .unavailable, .deadlineExceeded, .other: true
        default: false
        }
    }
}
