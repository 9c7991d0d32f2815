import Timekeeping
import Foundation

/// The clocks and the randomness that the store draws from; tests put their own in.
public struct StoreEnvironment: Sendable {
    /// The wall clock.
    public var wallClock: @Sendable () -> Date
    /// A clock that never goes back; only differences between its readings count.
    public var monotonicClock: @Sendable () -> ContinuousClock.Instant
    /// 64 random bits.
    public var random: @Sendable () -> UInt64

    /// Creates an environment; the defaults are the system's own.
    public init(
        wallClock: @escaping @Sendable () -> Date = { Date() },
        monotonicClock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.wallClock = wallClock
        self.monotonicClock = monotonicClock
        self.random = random
    }

    /// The wall clock in milliseconds since 1970.
    package var milliseconds: Int64 { ISO8601.milliseconds(of: wallClock()) }
}
