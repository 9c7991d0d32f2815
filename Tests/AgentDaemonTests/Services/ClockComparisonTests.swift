// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing

@testable import AgentDaemon
@testable import FlameNode
@testable import Health
@testable import TaskFlow

/// Compare with the HTTP `Date` header, warn at 30 s, trust nothing beyond 300 s.
@Suite struct ClockComparisonTests {
    private let now = Date(timeIntervalSince1970: 1_750_000_000)
    private let health = AgentHealth()

    private func comparison(_ hubSecondsAhead: TimeInterval?) -> ClockComparison {
        let comparison = ClockComparison(health: health, logger: Logger(label: "test"))
        comparison.compare(hubSecondsAhead.map { now + $0 }, now: now)
        return comparison
    }

    @Test("A clock within 300 s is trusted", arguments: [0, 29, -31, 300, -300])
    func trusted(hubSecondsAhead: TimeInterval) {
        #expect(comparison(hubSecondsAhead).isTrusted)
        #expect(health.snapshot()[.clock]?.isWell == true)
    }

    @Test("A clock beyond 300 s is not", arguments: [(301.0, "301 s behind"), (-86_400, "86400 s ahead of")])
    func untrusted(hubSecondsAhead: TimeInterval, says: String) {
        #expect(!comparison(hubSecondsAhead).isTrusted)
        #expect(health.snapshot()[.clock]?.isWell == false)
        #expect(health.snapshot()[.clock]?.problem?.contains(says) == true)
    }

    @Test func aClockThatWasSetRightIsTrustedAgain() {
        let comparison = comparison(4000)
        comparison.compare(now, now: now)
        #expect(comparison.isTrusted)
        #expect(health.snapshot()[.clock]?.isWell == true)
    }

    @Test func withoutTheHubsTimeTheClockIsTrusted() {
        #expect(comparison(nil).isTrusted)
        #expect(health.snapshot()[.clock]?.isWell == true)
    }

    @Test func anAnswerWithoutTimeDoesNotSetAClockRight() {
        let comparison = comparison(4000)
        comparison.compare(nil, now: now)
        #expect(!comparison.isTrusted)
        #expect(health.snapshot()[.clock]?.isWell == false)
    }
}
