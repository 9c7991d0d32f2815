// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import Health
import Metrics
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport

/// Stored rows that can't be read: nothing is dropped, everything is told, and nothing starts that may not.
@Suite struct FlameDamageTests {
    private static func approved(_ fixture: FlameFixture, _ agent: FlameFixture.Life) async throws -> (
        analysis: String, part: String
    ) {
        try await agent.node.begin()
        let new = fixture.hub.addAnalysis(
            ["buildStatus": "executed", "distributionStatus": "executed"],
            part: ["approvalStatus": "approved"]
        )
        try await agent.cycles()
        try await agent.grant(new.analysis)
        return new
    }

    private static func findings(_ fixture: FlameFixture) async throws -> [String] {
        let reader = try AgentStore.reader(fixture.databasePath)
        defer { try? reader.close() }
        return try await reader.verify().findings.map(\.message)
    }

    @Test func aRunThatCantBeReadBlocksItsStartAndHasToStop() async throws {
        try await FlameFixture.with { fixture in
            let new = try await fixture.life { agent in
                let new = try await Self.approved(fixture, agent)
                var batch = FlameBatch()
                batch.runs[new.part] = FlameBatch.Run(isRunning: true, body: #"{"hasReasserted":1}"#)
                try await agent.store.apply(batch)
                return new
            }
            try await fixture.life { agent in
                let views = FlameAnalysisViews(reader: agent.store.flame, consent: .manual)
                let view = try #require(try await views.view(new.analysis))
                #expect(view.blockers == [.runUnreadable])
                #expect(view.stopReason?.contains("can't be read") == true)
                let error = await #expect(throws: StoreError.self) {
                    try await agent.actions.perform(
                        .report(analysis: new.analysis, status: .starting, progress: nil)
                    )
                }
                #expect(error?.code == .damaged)
                #expect(try await agent.node.cycle(SyncPacing()))
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.alarms.contains { $0.contains(new.analysis) && $0.contains("has to stop") })
                #expect(await agent.node.damage.runs == [new.part])
                // It is still there.
                #expect(try await agent.store.flame.activeRuns()[new.part] == #"{"hasReasserted":1}"#)
            }
            #expect(try await Self.findings(fixture) == ["The row '\(new.part)' of flame_run can't be read."])
        }
    }

    @Test func aWriteThatCantBeReadIsKeptAndHoldsBackItsTarget() async throws {
        try await FlameFixture.with { fixture in
            let new = try await fixture.life { agent in
                let new = try await Self.approved(fixture, agent)
                var batch = FlameBatch()
                let target = OutboxEntry.Write.target(analysisNode: new.part)
                batch.writes = [FlameBatch.Write(id: 900, target: target, body: "{}")]
                try await agent.store.apply(batch)
                return new
            }
            try await fixture.life { agent in
                let report = FlameAction.report(analysis: new.analysis, status: .starting, progress: nil)
                #expect(try await !agent.actions.perform(report).isDone)
                try await agent.cycles()
                #expect(try await agent.store.flame.writes().map(\.id) == [900, 901])
                let alarms = try await FlameStatus.read(agent.store.flame).alarms
                #expect(alarms.contains { $0.contains("analysis-nodes/\(new.part)") })
                // Others are written all the same.
                #expect(
                    try await agent.actions.perform(.log(analysis: new.analysis, level: .info, message: "a line"))
                        .isDone
                )
            }
            #expect(try await Self.findings(fixture) == ["The row '900' of flame_outbox can't be read."])
        }
    }

    @Test func aStateThatCantBeReadStopsTheNodeAndForgetsNothing() async throws {
        try await FlameFixture.with { fixture in
            let new = try await fixture.life { agent in
                let new = try await Self.approved(fixture, agent)
                var batch = FlameBatch()
                batch.values[FlameSyncState.key] = #"{"nodeID":7}"#
                batch.runs[new.part] = FlameBatch.Run(isRunning: true, body: #"{"hasReasserted":false}"#)
                try await agent.store.apply(batch)
                return new
            }
            try await fixture.life { agent in
                await #expect(throws: StoreError(.damaged, "")) { try await agent.node.begin() }
                await #expect(throws: StoreError(.damaged, "")) { try await agent.cycles() }
                await #expect(throws: StoreError(.damaged, "")) {
                    try await agent.actions.perform(.log(analysis: new.analysis, level: .info, message: "a line"))
                }
                try await agent.node.note(problem: "damaged", of: StoreError(.damaged, ""))
                #expect(try await agent.store.flame.activeRuns().count == 1)
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.problem?.contains("can't be read") == true)
                #expect(status.alarms.count == 1)
            }
            #expect(try await Self.findings(fixture) == ["The row 'sync' of flame_state can't be read."])
        }
    }

    @Test func theHealthTellsOfDamageAlthoughTheHubAnswers() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let new = try await Self.approved(fixture, agent)
                var batch = FlameBatch()
                batch.runs[new.part] = FlameBatch.Run(isRunning: true, body: "{}")
                try await agent.store.apply(batch)
                let clock = ManualClock()
                let service = FlameServiceRun(agent, clock: clock)
                try await service.during { () async throws -> Void in
                    await clock.waitForSleepers(1)
                    let report = service.health.snapshot()[.flame]
                    #expect(report?.isWell == false)
                    #expect(report?.problem?.contains("1 runs can't be read") == true)
                    #expect(try await FlameStatus.read(agent.store.flame).lastSuccess != nil)
                }
            }
        }
    }

    @Test func whatWasShownIsShownAgainIfItCantBeRead() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                _ = try await Self.approved(fixture, agent)
                let views = FlameAnalysisViews(reader: agent.store.flame, consent: .manual)
                let directory = fixture.directory.url
                let approvals = FlameApprovals(reader: agent.store.flame, views: views, directory: directory)
                let unknown = #expect(throws: FlameNodeError.self) { try approvals.shown("part") }
                #expect(unknown?.code == .input)
                let part = try #require(try await approvals.show().first?.part)
                #expect(try approvals.shown(part.uppercased()).part == part)
                _ = try Data("[{}]".utf8).write(to: directory.appending(path: "flame_shown.json"))
                let damaged = #expect(throws: FlameNodeError.self) { try approvals.shown(part) }
                #expect(damaged?.code == .input)
                #expect(damaged?.hint?.contains("approvals list") == true)
            }
        }
    }
}
