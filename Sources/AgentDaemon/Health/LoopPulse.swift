import Synchronization

/// Shows that the agent's loops go round: each beats when it begins a turn, and one that stays away for too long is stuck.
final class LoopPulse: Sendable {
    /// A turn may wait for a service's time-outs and back-off; beyond this a loop is stuck rather than slow.
    static let patience: Duration = .seconds(600)

    private let beats = Mutex<[String: ContinuousClock.Instant]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// A loop begins a turn.
    func beat(_ loop: String) {
        let now = now()
        beats.withLock { $0[loop] = now }
    }

    /// Whether no loop is stuck.
    var isAlive: Bool {
        let now = now()
        return beats.withLock { beats in beats.values.allSatisfy { $0.duration(to: now) < Self.patience } }
    }
}
