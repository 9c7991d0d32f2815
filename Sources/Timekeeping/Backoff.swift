// SPDX-License-Identifier: Apache-2.0

/// How long to wait before something that failed is tried again: longer with every failure, up to a limit.
public struct Backoff: Sendable, Hashable {
    /// How chance changes a wait, so that many that lost the same service do not come back to it at the same moment.
    public enum Jitter: Sendable, Hashable {
        /// Not at all.
        case none
        /// Any wait from nothing up to the whole.
        case full
    }

    /// The whole wait after the first failure.
    public var first: Duration
    /// What a wait never exceeds.
    public var cap: Duration
    /// By what each wait is longer than the one before.
    public var factor: Int
    /// How chance changes a wait.
    public var jitter: Jitter

    /// A backoff, each part with its default.
    public init(
        first: Duration = .seconds(1),
        cap: Duration = .seconds(300),
        factor: Int = 2,
        jitter: Jitter = .full
    ) {
        self.first = first
        self.cap = cap
        self.factor = max(1, factor)
        self.jitter = jitter
    }

    /// The wait after a number of failures in a row, before chance changes it. Less than one failure counts as one.
    public func wholeDelay(afterFailures failures: Int) -> Duration {
        var whole = min(first, cap)
        guard factor > 1, whole > .zero else { return whole }
        var left = max(failures, 1) - 1
        while left > 0, whole < cap {
            // Never beyond the limit, so that no number of failures overflows.
            whole = cap / factor > whole ? whole * factor : cap
            left -= 1
        }
        return whole
    }

    /// The wait after a number of failures in a row. Less than one failure counts as one.
    ///
    /// - Parameter random: draws a number from 0 up to 1; not called without jitter.
    public func delay(afterFailures failures: Int, random: () -> Double) -> Duration {
        let whole = wholeDelay(afterFailures: failures)
        return jitter == .none ? whole : whole * min(max(random(), 0), 1)
    }
}

/// The waits of one thing that is tried until it succeeds.
public struct RetryDelays: Sendable {
    private let backoff: Backoff
    private let random: @Sendable () -> Double
    /// How many tries in a row failed.
    public private(set) var failures = 0

    /// Waits by a backoff.
    ///
    /// - Parameter random: draws a number from 0 up to 1.
    public init(
        _ backoff: Backoff = Backoff(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.backoff = backoff
        self.random = random
    }

    /// The wait after one more failure.
    public mutating func next() -> Duration {
        failures = failures == .max ? failures : failures + 1
        return backoff.delay(afterFailures: failures, random: random)
    }

    /// Starts over: only after something useful succeeded, not merely a connection.
    public mutating func reset() { failures = 0 }
}
