// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import FlameHub
@testable import FlameNode
@testable import FlameTestSupport

/// What to do when the Hub says something else (flame-hub.md, 6.4 and 6.8).
@Suite struct ConflictTests {
    private func part(_ fields: JSONObject) throws -> AnalysisNode {
        try #require(ResourceRow<AnalysisNode>(Rows.part(1, fields)).record)
    }

    private func analysis(_ fields: JSONObject) -> JSONValue {
        .object(
            JSONObject([("id", .string(Rows.id(1, of: Analysis.self).text))] + Array(fields).map { ($0.key, $0.value) })
        )
    }

    @Test func leavesAgreementAlone() throws {
        let row = try part(["approvalStatus": "approved", "executionStatus": "executing"])
        #expect(PartConflict.actions(row: row, local: .init(lastWritten: .executing, isRunning: true)).isEmpty)
        #expect(PartConflict.actions(row: try part([:]), local: .init(lastWritten: nil, isRunning: false)).isEmpty)
        #expect(PartConflict.actions(row: nil, local: .init(lastWritten: .executed, isRunning: false)).isEmpty)
    }

    @Test func stopsWhatIsNoLongerApproved() throws {
        for status in [JSONValue.null, "rejected", "maybe"] {
            let row = try part(["approvalStatus": status, "executionStatus": "executing"])
            #expect(
                PartConflict.actions(row: row, local: .init(lastWritten: .executing, isRunning: true)) == [.stopJob]
            )
        }
        let open = try part(["executionStatus": "executing", "analysis": analysis(["configurationLocked": false])])
        #expect(
            PartConflict.actions(row: open, local: .init(lastWritten: .executing, isRunning: true))
                == [.stopJob, .askConsentAgain]
        )
        #expect(
            PartConflict.actions(row: nil, local: .init(lastWritten: .executing, isRunning: true))
                == [.stopJob, .alarm(.rowGone)]
        )
    }

    @Test func defendsARunningJobOnce() throws {
        let row = try part(["approvalStatus": "approved", "executionStatus": "failed"])
        var local = PartConflict.Local(lastWritten: .executing, isRunning: true)
        #expect(PartConflict.actions(row: row, local: local) == [.reassert(.executing)])
        local.hasReasserted = true
        #expect(PartConflict.actions(row: row, local: local) == [.alarm(.contested)])
        local.hasPendingReport = true
        #expect(PartConflict.actions(row: row, local: local).isEmpty)
    }

    @Test func takesOverWhatOthersWrote() throws {
        let row = try part(["approvalStatus": "approved", "executionStatus": "stopped"])
        #expect(
            PartConflict.actions(row: row, local: .init(lastWritten: .failed, isRunning: false)) == [.adopt(.stopped)]
        )
        #expect(
            PartConflict.actions(row: try part([:]), local: .init(lastWritten: .failed, isRunning: false)) == [
                .adopt(nil)
            ]
        )
    }

    @Test func touchesNothingThatItDoesNotKnow() throws {
        let row = try part(["approvalStatus": "approved", "executionStatus": "paused"])
        for isRunning in [true, false] {
            #expect(
                PartConflict.actions(row: row, local: .init(lastWritten: .executing, isRunning: isRunning))
                    == [.alarm(.unknownStatus)]
            )
        }
    }

    @Test func startsOnlyWhatMayStart() throws {
        let built: JSONObject = ["buildStatus": "executed", "distributionStatus": "executed"]
        let ready = try part(["approvalStatus": "approved", "analysis": analysis(built)])
        #expect(StartBlocker.blockers(of: ready, hasConsent: true, hasData: true).isEmpty)
        #expect(StartBlocker.blockers(of: ready, hasConsent: false, hasData: false) == [.noConsent, .noData])
        let open = try part([:])
        #expect(StartBlocker.blockers(of: open, hasConsent: true, hasData: true) == [.notApproved, .analysisUnknown])
        let odd = try part(["approvalStatus": "granted", "analysis": analysis(["buildStatus": "built"])])
        #expect(
            StartBlocker.blockers(of: odd, hasConsent: true, hasData: true) == [
                .notApproved, .notBuilt, .notDistributed,
            ]
        )
        let done = try part(["approvalStatus": "approved", "executionStatus": "failed", "analysis": analysis(built)])
        #expect(StartBlocker.blockers(of: done, hasConsent: true, hasData: true) == [.alreadyRun])
        #expect(StartBlocker.blockers(of: done, hasConsent: true, hasData: true, isRestart: true).isEmpty)
        let running = try part([
            "approvalStatus": "approved", "executionStatus": "started", "analysis": analysis(built),
        ])
        #expect(StartBlocker.blockers(of: running, hasConsent: true, hasData: true, isRestart: true) == [.alreadyBegun])
    }

    @Test func noticesThatARowChangedSinceItWasShown() throws {
        let shown = DecisionSnapshot(try part(["analysis": analysis(["buildHash": "a", "configurationLocked": true])]))
        let changes: [JSONObject] = [
            ["analysis": analysis(["buildHash": "b", "configurationLocked": true])],
            ["analysis": analysis(["buildHash": "a", "configurationLocked": false])],
            [
                "analysis": analysis(["buildHash": "a", "configurationLocked": true]),
                "updatedAt": .string(Rows.time(99)),
            ],
            ["analysis": analysis(["buildHash": "a", "configurationLocked": true]), "approvalStatus": "rejected"],
        ]
        for change in changes { #expect(DecisionSnapshot(try part(change)) != shown) }
        #expect(
            DecisionSnapshot(try part(["analysis": analysis(["buildHash": "a", "configurationLocked": true])])) == shown
        )
        let decoded = try JSONDecoder().decode(DecisionSnapshot.self, from: JSONEncoder().encode(shown))
        #expect(decoded == shown)
    }
}
