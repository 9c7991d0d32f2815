// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Which loops of the agent go round: each notes when it begins a turn, and one that stays away for too long is stuck.
public final class LoopActivity: Sendable {
    /// A turn may wait for a service's time-outs and back-off; beyond this a loop is stuck rather than slow.
    public static let patience: Duration = .seconds(600)

    private let turns = Mutex<[String: ContinuousClock.Instant]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Starts with no loop known.
    public init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// A loop begins a turn.
    public func note(_ loop: String) {
        let now = now()
        turns.withLock { $0[loop] = now }
    }

    /// Waits within a turn for what other parts of the agent take their time with, within limits of their own. Such a wait
    /// may take longer than ``patience``, and the loop isn't stuck for that.
    public func waiting(_ loop: String, _ wait: () async -> Void) async {
        turns.withLock { turns in turns[loop] = nil }
        await wait()
        note(loop)
    }

    /// Whether no loop is stuck.
    public var isAlive: Bool {
        let now = now()
        return turns.withLock { turns in turns.values.allSatisfy { $0.duration(to: now) < Self.patience } }
    }
}
