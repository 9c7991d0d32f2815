import Synchronization

/// A clock whose sleeps take no time and are written down.
public final class RecordingClock: Clock {
    /// A moment, counted from when the clock was made.
    public struct Instant: InstantProtocol {
        var offset: Duration
        /// A later moment.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time to another moment.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one moment is before the other.
        public static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private let recorded = Mutex<(now: Instant, sleeps: [Duration])>((Instant(offset: .zero), []))

    /// A clock at its beginning.
    public init() {}

    /// The time, which only sleeps move on.
    public var now: Instant { recorded.withLock { $0.now } }
    /// Any time is kept exactly.
    public var minimumResolution: Duration { .zero }
    /// How long was slept, sleep by sleep.
    public var sleeps: [Duration] { recorded.withLock { $0.sleeps } }

    /// Moves the time on and returns at once.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        recorded.withLock { recorded in
            recorded.sleeps.append(recorded.now.duration(to: deadline))
            recorded.now = max(recorded.now, deadline)
        }
    }
}
