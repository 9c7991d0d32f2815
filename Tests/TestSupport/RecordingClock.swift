// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock whose sleeps take no time and are written down.
public final class RecordingClock: Clock {
    /// A moment, counted from when the clock was made.
    public typealias Instant = TestInstant

    private let recorded = Mutex<(now: Instant, sleeps: [Duration])>((Instant(), []))

    /// A clock at its beginning.
    public init() {}

    /// The time, which only sleeps and ``advance(by:)`` move on.
    public var now: Instant { recorded.withLock { $0.now } }
    /// Any time is kept exactly.
    public var minimumResolution: Duration { .zero }
    /// How long was slept, sleep by sleep; one that was over before it began doesn't count.
    public var sleeps: [Duration] { recorded.withLock { $0.sleeps } }

    /// Moves the time on and returns at once.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        recorded.withLock { recorded in
            guard deadline > recorded.now else { return }
            recorded.sleeps.append(recorded.now.duration(to: deadline))
            recorded.now = deadline
        }
    }

    /// Moves the time on.
    public func advance(by duration: Duration) {
        recorded.withLock { $0.now = $0.now.advanced(by: duration) }
    }
}

/// A moment of a test's clock, counted from the clock's beginning.
public struct TestInstant: InstantProtocol {
    /// The time since the beginning.
    public var offset: Duration

    /// A moment so long after the beginning.
    public init(offset: Duration = .zero) {
        self.offset = offset
    }

    /// A later moment.
    public func advanced(by duration: Duration) -> TestInstant { TestInstant(offset: offset + duration) }
    /// The time to another moment.
    public func duration(to other: TestInstant) -> Duration { other.offset - offset }
    /// Whether one moment is before the other.
    public static func < (one: TestInstant, other: TestInstant) -> Bool { one.offset < other.offset }
}
