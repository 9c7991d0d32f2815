// SPDX-License-Identifier: Apache-2.0

import Foundation
import Health
import Logging
import Synchronization

/// How far this machine's clock is from the Hub's, as far as the Hub has said.
///
/// Whether a task is recent is judged by this machine's clock, so a clock that is far off would refuse good tasks or, worse,
/// take old ones for new. Intervals don't depend on it: they are measured on the monotonic clock.
final class ClockComparison: Sendable {
    /// From this difference on the operator is warned.
    static let warningSeconds: TimeInterval = 30
    /// Beyond this difference no task is taken for recent.
    static let maximumSeconds: TimeInterval = 300

    private let health: AgentHealth
    private let logger: Logger
    private let lead = Mutex<TimeInterval>(0)

    init(health: AgentHealth, logger: Logger) {
        self.health = health
        self.logger = logger
    }

    /// Whether this machine's clock may tell how old a message is. Until the Hub has answered, it may.
    var isTrusted: Bool { lead.withLock { abs($0) <= Self.maximumSeconds } }

    /// Notes what the Hub's clock said while this machine's said `now`. When the Hub gives no time, what it said last holds.
    func compare(_ hub: Date?, now: Date) {
        guard let hub else {
            if isTrusted { health.succeeded(.clock) }
            return
        }
        let difference = now.timeIntervalSince(hub)
        let previous = lead.withLock { lead in
            defer { lead = difference }
            return lead
        }
        let isOff = abs(difference) >= Self.warningSeconds
        let text =
            "this machine's clock is \(Int(abs(difference))) s \(difference < 0 ? "behind" : "ahead of") the Hub's"
        if isOff, abs(previous) < Self.warningSeconds { logger.warning("\(text)") }
        if abs(difference) > Self.maximumSeconds {
            health.failed(.clock, "\(text): no task is taken for recent")
        } else {
            health.succeeded(.clock)
        }
    }
}
