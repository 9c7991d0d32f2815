// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import OwnerPolicy

@Suite("Acceptances counted in memory")
struct LimitLedgerTests {
    private let use = LimitUse(rule: "daily", subject: "alice")

    @Test("They agree with counting all acceptances of the window")
    func model() {
        var random = SeededGenerator(seed: 23)
        for _ in 0..<200 {
            let window = Bool.random(using: &random) ? Duration.seconds(Int.random(in: 1...50, using: &random)) : nil
            let limit = RuleLimit(count: Int.random(in: 1...5, using: &random), window: window, each: .modeller)
            var ledger = LimitLedger()
            var accepted: [Double] = []
            var now = 0.0
            for _ in 0..<100 {
                now += Double(Int.random(in: -3...8, using: &random))
                let end = max(now, accepted.last ?? now)
                let start = window.map { end - Double($0.components.seconds) } ?? -.infinity
                let inWindow = accepted.filter { $0 > start }
                let moment = Date(timeIntervalSince1970: now)
                #expect(ledger.isReached(use, limit, at: moment) == (inWindow.count >= limit.count))
                guard inWindow.count < limit.count else { continue }
                ledger.insert(use, limit, at: moment)
                accepted.append(end)
            }
        }
    }

    @Test("Another subject has a count of its own")
    func subjects() {
        var ledger = LimitLedger()
        let limit = RuleLimit(count: 1, window: nil, each: .modeller)
        ledger.insert(use, limit, at: .now)
        #expect(ledger.isReached(use, limit, at: .now))
        #expect(!ledger.isReached(LimitUse(rule: "daily", subject: "bob"), limit, at: .now))
    }
}
