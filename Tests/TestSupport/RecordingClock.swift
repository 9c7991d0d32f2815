import Synchronization

/// A clock whose sleeps take no time and are written down.
final class RecordingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private let recorded = Mutex<(now: Instant, sleeps: [Duration])>((Instant(offset: .zero), []))

    var now: Instant { recorded.withLock { $0.now } }
    var minimumResolution: Duration { .zero }
    var sleeps: [Duration] { recorded.withLock { $0.sleeps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        recorded.withLock { recorded in
            recorded.sleeps.append(recorded.now.duration(to: deadline))
            recorded.now = max(recorded.now, deadline)
        }
    }
}
