// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TaskFlow

@Suite("Freshness")
struct FreshnessTests {
    private let freshness = IntakeLimits().freshness
    private let sent = "2024-02-29T12:34:56Z"

    private func objection(secondsLater: Double) -> DecisionReason? {
        freshness.objection(to: sent, at: Date(timeIntervalSince1970: 1_709_210_096 + secondsLater))
    }

    @Test("300 seconds old and 60 seconds ahead are just allowed", arguments: [-60, -1, 0, 1, 299, 300.0])
    func fresh(secondsLater: Double) {
        #expect(objection(secondsLater: secondsLater) == nil)
    }

    @Test("Older is stale", arguments: [300.001, 301, 1e9])
    func stale(secondsLater: Double) {
        #expect(objection(secondsLater: secondsLater) == .staleRequest)
    }

    @Test("Further ahead is refused", arguments: [-60.001, -61, -1e9])
    func future(secondsLater: Double) {
        #expect(objection(secondsLater: secondsLater) == .futureRequest)
    }

    @Test("A time without offset is UTC, one with offset is not")
    func offsets() {
        let now = Date(timeIntervalSince1970: 1_709_210_096)
        #expect(freshness.objection(to: "2024-02-29T12:34:56", at: now) == nil)
        #expect(freshness.objection(to: "2024-02-29T14:34:56+02:00", at: now) == nil)
        #expect(freshness.objection(to: "2024-02-29T12:34:56+02:00", at: now) == .staleRequest)
        #expect(freshness.objection(to: "2024-02-29T12:34:56-02:00", at: now) == .futureRequest)
    }

    @Test("An unreadable time is no time")
    func malformed() {
        #expect(freshness.objection(to: "yesterday", at: Date()) == .malformedTimestamp)
    }
}
