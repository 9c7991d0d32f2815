// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import GRDB
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport

@Suite("FLAME decisions and reports")
struct FlameActionsTests {
    private static func began(_ fixture: FlameFixture, _ agent: FlameFixture.Life) async throws {
        try await agent.node.begin()
        try await agent.cycles(2)
    }

    @Test("A decision is recorded, sent as the data owner, and recorded again when the Hub has it")
    func decision() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                #expect(try await agent.decide(new.part).isDone)
                #expect(fixture.hub.record("analysis-nodes", new.part)?["approvalStatus"] == "approved")
                #expect(try await agent.reasons().suffix(2) == ["decided", "sent"])
                // What was done here is not taken for somebody else's doing.
                try await agent.cycles()
                #expect(try await agent.reasons().last == "sent")
                #expect(try await agent.part(new.part)?.approval == "approved")
            }
        }
    }

    @Test("Without a data owner a decision is refused, and nothing is recorded")
    func noOwner() async throws {
        try await FlameFixture.with(hasOwner: false) { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let before = try await agent.reasons()
                await #expect(throws: FlameNodeError.self) { try await agent.decide(new.part) }
                #expect(try await agent.reasons() == before)
            }
        }
    }

    @Test("A decision about a row that changed since it was shown is not sent")
    func changedSinceShown() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let shown = try await agent.shown(new.part)
                fixture.hub.change("analyses", new.analysis, ["buildHash": "another"])
                await #expect(throws: FlameNodeError.self) {
                    try await agent.actions.perform(
                        .decide(.analysis, part: new.part, isApproved: true, comment: nil, shown: shown)
                    )
                }
                #expect(fixture.hub.record("analysis-nodes", new.part)?["approvalStatus"] == .null)
                #expect(try await agent.reasons().contains("changed-since-shown"))
                // Looked at again, it can be decided.
                #expect(try await agent.decide(new.part).isDone)
            }
        }
    }

    @Test("A part whose analysis was not read yet is not shown for a decision")
    func analysisUnknown() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                func isShown() async throws -> Bool {
                    let views = FlameAnalysisViews(reader: agent.store.flame, consent: .manual)
                    let directory = fixture.directory.url
                    let approvals = FlameApprovals(reader: agent.store.flame, views: views, directory: directory)
                    return try await approvals.show().contains { $0.part == new.part }
                }
                #expect(try await isShown())
                var batch = FlameBatch()
                batch.removed = [FlameRow.Key(.analysis, new.analysis)]
                try await agent.store.apply(batch)
                #expect(try await !isShown())
                try await agent.cycles()
                #expect(try await isShown())
            }
        }
    }

    @Test("A decision that did not get through before a crash is sent in the next life, once")
    func crashBeforeSending() async throws {
        try await FlameFixture.with { fixture in
            let new = fixture.hub.addAnalysis()
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                fixture.hub.faults.plan(
                    .status(503),
                    method: "POST",
                    path: "/core/analysis-nodes/\(new.part)",
                    times: nil
                )
                #expect(try await !agent.decide(new.part).isDone)
            }
            fixture.hub.faults.clear()
            let before = Self.writes(fixture, new.part)
            try await fixture.life { agent in
                try await agent.node.begin()
                try await Self.cyclesUntilSent(agent)
                #expect(fixture.hub.record("analysis-nodes", new.part)?["approvalStatus"] == "approved")
                #expect(Self.writes(fixture, new.part) == before + 1)
                let reasons = try await agent.reasons()
                #expect(reasons.count { $0 == "decided" } == 1)
                #expect(reasons.count { $0 == "sent" } == 1)
            }
        }
    }

    @Test("A decision whose answer was lost is found at the Hub and not sent again")
    func lostAnswer() async throws {
        try await FlameFixture.with { fixture in
            let new = fixture.hub.addAnalysis()
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                fixture.hub.faults.plan(.lostAnswer, method: "POST", path: "/core/analysis-nodes/\(new.part)", times: 3)
                _ = try await agent.decide(new.part)
            }
            fixture.hub.faults.clear()
            let before = Self.writes(fixture, new.part)
            try await fixture.life { agent in
                try await agent.node.begin()
                try await Self.cyclesUntilSent(agent)
                #expect(Self.writes(fixture, new.part) == before)
                #expect(try await agent.reasons().contains { ["already-there", "sent"].contains($0) })
            }
        }
    }

    @Test("What is asked again, because nobody heard the answer, is recorded and done once")
    func askedAgain() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let shown = try await agent.shown(new.part)
                let decision = FlameAction.decide(
                    .analysis,
                    part: new.part,
                    isApproved: true,
                    comment: nil,
                    shown: shown
                )
                try await agent.grant(new.analysis)
                // While the Hub is away, then twice at once, then when all is done.
                fixture.hub.faults.plan(.status(503), method: "POST", path: "/core/*", times: nil)
                for _ in 0..<2 { #expect(try await !agent.actions.perform(decision).isDone) }
                fixture.hub.faults.clear()
                try await Self.cyclesUntilSent(agent)
                async let first = agent.actions.perform(decision)
                async let second = agent.actions.perform(decision)
                let areDone = try await (first.isDone, second.isDone)
                #expect(areDone == (true, true))
                let report = FlameAction.report(analysis: new.analysis, status: .starting, progress: nil)
                async let start = agent.actions.perform(report)
                async let again = agent.actions.perform(report)
                _ = try await (start, again)
                #expect(try await agent.reasons().count { $0 == "decided" } == 1)
                #expect(try await agent.reasons().count { $0 == "reported" } == 1)
                #expect(Self.effects(fixture, new.analysis) == 2)
            }
        }
    }

    @Test("A last report that the Hub has not heard yet is known when it is given again")
    func lastReportWaits() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis(part: ["approvalStatus": "approved"])
                try await agent.cycles()
                try await agent.grant(new.analysis)
                func report(_ status: ProcessStatus) async throws -> FlameOutcome {
                    try await agent.actions.perform(.report(analysis: new.analysis, status: status, progress: nil))
                }
                _ = try await report(.starting)
                fixture.hub.faults.plan(.status(503), method: "POST", path: "/core/*", times: nil)
                #expect(try await !report(.failed).isDone)
                #expect(try await report(.failed).message == "nothing new to report")
                fixture.hub.faults.clear()
                try await Self.cyclesUntilSent(agent)
                #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == "failed")
                #expect(try await agent.reasons().count { $0 == "reported" } == 2)
            }
        }
    }

    @Test("An analysis starts only with approval, consent, build and distribution; then statuses follow one another")
    func reports() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis(
                    ["buildStatus": "executed", "distributionStatus": "executed"],
                    part: ["approvalStatus": "approved"]
                )
                try await agent.cycles()
                func report(_ status: ProcessStatus?, _ progress: Int? = nil) async throws -> FlameOutcome {
                    try await agent.actions.perform(.report(analysis: new.analysis, status: status, progress: progress))
                }
                let refusal = await #expect(throws: FlameNodeError.self) { try await report(.starting) }
                #expect(refusal?.code == .denied)
                #expect(refusal?.message.contains("no-consent") == true)
                try await agent.grant(new.analysis)
                #expect(try await report(.starting).isDone)
                await #expect(throws: FlameNodeError.self) { try await report(.executed) }
                #expect(try await report(.started).isDone)
                #expect(try await report(.executing, 40).isDone)
                #expect(fixture.hub.record("analysis-nodes", new.part)?["executionProgress"] == 40)
                #expect(try await report(nil, 30).message == "nothing new to report")
                #expect(try await report(.executed).isDone)
                let row = fixture.hub.record("analysis-nodes", new.part)
                #expect(row?["executionStatus"] == "executed")
                #expect(row?["executionProgress"] == 100)
                #expect(try await agent.reasons().count { $0 == "reported" } == 4)
                #expect(try await !agent.reasons().contains("reported-elsewhere"))
            }
        }
    }

    @Test("At a Hub of old, with robots, snake case, other words and no distribution, an analysis is approved and runs")
    func oldHub() async throws {
        try await FlameFixture.with(.of(.v0_8)) { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                #expect(try await agent.decide(new.part).isDone)
                try await agent.grant(new.analysis)
                let statuses: [ProcessStatus] = [.starting, .started, .executing, .executed]
                for status in statuses {
                    let report = FlameAction.report(analysis: new.analysis, status: status, progress: nil)
                    #expect(try await agent.actions.perform(report).isDone)
                    #expect(
                        fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == .string(status.rawValue)
                    )
                }
                try await agent.cycles()
                #expect(try await !agent.reasons().contains("reported-elsewhere"))
            }
        }
    }

    @Test("An approval that is taken back while an analysis runs asks for the stop, and the consent is asked again")
    func approvalTakenBack() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis(
                    ["buildStatus": "executed", "distributionStatus": "executed", "configurationLocked": true],
                    part: ["approvalStatus": "approved"]
                )
                try await agent.cycles()
                try await agent.grant(new.analysis)
                _ = try await agent.actions.perform(.report(analysis: new.analysis, status: .starting, progress: nil))
                fixture.hub.change("analyses", new.analysis, ["configurationLocked": false])
                fixture.hub.change("analysis-nodes", new.part, ["approvalStatus": .null])
                try await agent.cycles()
                let views = FlameAnalysisViews(reader: agent.store.flame, consent: .manual)
                let view = try #require(try await views.view(new.analysis))
                #expect(view.stopReason != nil)
                #expect(!view.hasConsent)
                #expect(view.blockers.contains(.notApproved))
                let reasons = try await agent.reasons()
                #expect(reasons.contains("stop-required") && reasons.contains("consent-withdrawn"))
            }
        }
    }

    @Test("With follow-hub the Hub's approval is consent, unless it was withdrawn here")
    func followHub() async throws {
        try await FlameFixture.with(consent: .followHub) { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis(part: ["approvalStatus": "approved"])
                try await agent.cycles()
                let views = FlameAnalysisViews(reader: agent.store.flame, consent: .followHub)
                #expect(try await views.view(new.analysis)?.hasConsent == true)
                _ = try await agent.actions.perform(.consent(.analysis, id: new.analysis, isGranted: false))
                #expect(try await views.view(new.analysis)?.hasConsent == false)
            }
        }
    }

    @Test("A node without a key gets one, and the data owner gives it to the Hub, once")
    func nodeKey() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(2)
                let stored = fixture.hub.record("nodes", fixture.hub.seed.node.id)?["publicKey"]?.stringValue
                let key = try FlameNodeKey(file: fixture.settings.keyFile)
                #expect(key.compare(with: stored) == .same)
                let before = Self.writes(fixture, fixture.hub.seed.node.id, of: "nodes")
                try await agent.cycles(2)
                #expect(Self.writes(fixture, fixture.hub.seed.node.id, of: "nodes") == before)
            }
        }
    }

    @Test("A write that a storage fault interrupts does not block its target: it is taken up in the next turn")
    func storageFaultWhileWriting() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                // The answer of the Hub can't be stored: the write stays where it is, as one that is under way.
                try await agent.store.log.store.write { db in
                    let refusal = "BEFORE DELETE ON main.flame_outbox BEGIN SELECT RAISE(ABORT, 'full'); END"
                    try db.execute(sql: "CREATE TEMP TRIGGER no_delete \(refusal)")
                }
                await #expect(throws: StoreError.self) { try await agent.decide(new.part) }
                try await agent.store.log.store.write { try $0.execute(sql: "DROP TRIGGER no_delete") }
                #expect(try await agent.store.flame.writes().count == 1)
                try await agent.cycles()
                #expect(try await agent.store.flame.writes() == [])
                #expect(try await agent.reasons().last == "already-there")
                #expect(fixture.hub.record("analysis-nodes", new.part)?["approvalStatus"] == "approved")
                #expect(Self.writes(fixture, new.part) == 1)
            }
        }
    }

    @Test("What could not be stored is not kept in memory either")
    func storageFaultWhileEnqueuing() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                try await agent.store.log.store.write { db in
                    let refusal = "BEFORE INSERT ON main.flame_outbox BEGIN SELECT RAISE(ABORT, 'full'); END"
                    try db.execute(sql: "CREATE TEMP TRIGGER no_insert \(refusal)")
                }
                await #expect(throws: StoreError.self) { try await agent.decide(new.part) }
                try await agent.store.log.store.write { try $0.execute(sql: "DROP TRIGGER no_insert") }
                try await agent.cycles()
                #expect(fixture.hub.record("analysis-nodes", new.part)?["approvalStatus"] == .null)
                #expect(try await !agent.reasons().contains("decided"))
            }
        }
    }

    @Test("Waiting for the turn ends with the task's cancellation, and nothing is done")
    func cancelledWhileWaiting() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let shown = try await agent.shown(new.part)
                try await agent.node.alone { _ in
                    let waiting = Task {
                        try await agent.actions.perform(
                            .decide(.analysis, part: new.part, isApproved: true, comment: nil, shown: shown)
                        )
                    }
                    waiting.cancel()
                    await #expect(throws: CancellationError.self) { try await waiting.value }
                }
                #expect(try await !agent.reasons().contains("decided"))
            }
        }
    }

    @Test("What makes no sense is refused before anything is recorded")
    func usage() async throws {
        try await FlameFixture.with(hasOwner: false) { fixture in
            try await fixture.life { agent in
                let unknown = "6f1c7a44-6a5b-4c6e-9a55-0d7b3c1f2e10"
                func refusal(_ action: FlameAction) async -> FlameNodeError.Code? {
                    await #expect(throws: FlameNodeError.self) { try await agent.actions.perform(action) }?.code
                }
                #expect(await refusal(.publishKey) == .configuration)
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let before = try await agent.reasons()
                #expect(await refusal(.consent(.project, id: "no id", isGranted: true)) == .usage)
                #expect(await refusal(.report(analysis: new.analysis, status: nil, progress: nil)) == .usage)
                #expect(await refusal(.report(analysis: new.analysis, status: nil, progress: 101)) == .usage)
                let odd = ProcessStatus(rawValue: "odd")
                #expect(await refusal(.report(analysis: new.analysis, status: odd, progress: nil)) == .usage)
                #expect(await refusal(.report(analysis: unknown, status: .failed, progress: nil)) == .input)
                #expect(await refusal(.report(analysis: new.analysis, status: .starting, progress: nil)) == .denied)
                #expect(await refusal(.log(analysis: new.analysis, level: .info, message: "a")) == .usage)
                #expect(await refusal(.log(analysis: unknown, level: .info, message: "a line")) == .input)
                #expect(try await agent.reasons() == before)
            }
        }
    }

    @Test("A line of a log that may have arrived is looked for before it is sent again")
    func logInDoubt() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                fixture.hub.faults.plan(.lostAnswer, method: "POST", path: "/core/analysis-node-logs", times: 1)
                let line = FlameAction.log(analysis: new.analysis, level: .info, message: "a line")
                #expect(try await !agent.actions.perform(line).isDone)
                #expect(await agent.node.outbox.entries.first?.isInDoubt == true)
                try await Self.cyclesUntilSent(agent)
                #expect(fixture.hub.log.requests(method: "POST", path: "/core/analysis-node-logs").count == 1)
            }
        }
    }

    @Test("A row that is gone at the Hub takes what waits for it with it")
    func targetGone() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                let shown = try await agent.shown(new.part)
                fixture.hub.delete("analyses", new.analysis)
                let refusal = await #expect(throws: FlameNodeError.self) {
                    try await agent.actions.perform(
                        .decide(.analysis, part: new.part, isApproved: true, comment: nil, shown: shown)
                    )
                }
                #expect(refusal?.code == .denied)
                #expect(try await agent.store.flame.writes() == [])
                #expect(try await agent.reasons().contains("target-gone"))
            }
        }
    }

    @Test("A write that the Hub refuses for good is dropped, recorded and told")
    func refusedByHub() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await Self.began(fixture, agent)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                fixture.hub.faults.plan(
                    .status(400),
                    method: "POST",
                    path: "/core/analysis-nodes/\(new.part)",
                    times: 1
                )
                await #expect(throws: FlameNodeError.self) { try await agent.decide(new.part) }
                #expect(try await agent.reasons().last == "refused-by-hub")
                #expect(
                    try await FlameStatus.read(agent.store.flame).alarms.contains { $0.contains("refused a write") }
                )
                #expect(try await agent.decide(new.part).isDone)
            }
        }
    }

    private static func writes(_ fixture: FlameFixture, _ id: String, of collection: String = "analysis-nodes") -> Int {
        fixture.hub.log.requests(method: "POST", path: "/core/\(collection)/\(id)").count
    }

    /// How many writes changed something: the Hub makes an event of each.
    private static func effects(_ fixture: FlameFixture, _ analysis: String) -> Int {
        fixture.hub.records("analysis-node-events", where: ["analysisId": .string(analysis)]).count
    }

    private static func cyclesUntilSent(_ agent: FlameFixture.Life) async throws {
        while try await !agent.store.flame.writes().isEmpty {
            agent.time.advance(by: 600)
            try await agent.cycles()
        }
    }
}
