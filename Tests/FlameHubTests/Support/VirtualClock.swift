import Synchronization

/// A clock that only moves when somebody waits for it, or when a test moves it.
final class VirtualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var time: Duration
        func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
        func duration(to other: Instant) -> Duration { other.time - time }
        static func < (first: Instant, second: Instant) -> Bool { first.time < second.time }
    }

    private struct State {
        var now = Instant(time: .zero)
        var waits: [Duration] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock(\.now) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// How long somebody waited, each time.
    var waits: [Duration] { state.withLock(\.waits) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock {
            guard deadline > $0.now else { return }
            $0.waits.append($0.now.duration(to: deadline))
            $0.now = deadline
        }
    }

    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.advanced(by: duration) }
    }
}
