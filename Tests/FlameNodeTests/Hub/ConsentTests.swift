// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import PodSandbox
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateTestSupport

@Suite("FLAME consent: it is bound to what was consented to")
struct ConsentTests {
    private typealias Analysis = (analysis: String, part: String)

    private static let approved: [String: PodSandbox.JSONValue] = ["approvalStatus": "approved"]

    /// Runs `body` with an approved analysis that has code, in step with the Hub.
    private static func with(
        consent: FlameConsentSource = .manual,
        _ fields: [String: PodSandbox.JSONValue] = [
            "buildHash": "sha256:first", "imageCommandArguments": [["value": "--fast"]],
        ],
        _ body:
            @escaping @Sendable (FlameFixture, FlameFixture.Life, (analysis: String, part: String)) async throws -> Void
    ) async throws {
        try await FlameFixture.with(consent: consent) { fixture in
            try await fixture.life { agent in
                let new = fixture.hub.addAnalysis(fields, part: approved)
                fixture.hub.addCode("main.py", to: new.analysis, isEntrypoint: true)
                fixture.hub.addCode("model.py", to: new.analysis)
                try await agent.node.begin()
                try await agent.cycles(2)
                try await body(fixture, agent, new)
            }
        }
    }

    /// What somebody does at the Hub to an analysis that was consented to.
    enum Change: String, CaseIterable, Sendable {
        case lock, image, arguments, buildHash, project
        case part, partRecreated, reopenedAndApproved
        case newFile, otherEntrypoint, replacedFile, deletedFile

        /// Whether a look at the Hub's lists sees it. Changes of the code move no time.
        var isInLists: Bool { ![.newFile, .otherEntrypoint, .replacedFile, .deletedFile].contains(self) }

        func happen(at hub: SandboxFlameHub, _ analysis: String, _ part: String) {
            switch self {
            case .lock: hub.change("analyses", analysis, ["configurationLocked": false])
            case .image: hub.change("analyses", analysis, ["masterImageId": .string(hub.seed.registry)])
            case .arguments: hub.change("analyses", analysis, ["imageCommandArguments": [["value": "--all"]]])
            case .buildHash: hub.change("analyses", analysis, ["buildHash": "sha256:second"])
            case .project: hub.change("analyses", analysis, ["projectId": .string(hub.seed.undecidedProject)])
            case .part: hub.change("analysis-nodes", part, ["comment": "by somebody else"])
            case .partRecreated:
                let fields = hub.record("analysis-nodes", part) ?? [:]
                hub.delete("analysis-nodes", part)
                hub.insert("analysis-nodes", fields.filter { !["id", "createdAt", "updatedAt"].contains($0.key) })
            case .reopenedAndApproved:
                hub.change("analysis-nodes", part, ["approvalStatus": .null])
                hub.change("analysis-nodes", part, ["approvalStatus": "approved"])
            case .newFile: hub.addCode("extra.py", to: analysis)
            case .otherEntrypoint:
                for link in hub.code(of: analysis) {
                    hub.change("analysis-bucket-files", link.id, ["root": .bool(link.path == "model.py")])
                }
            case .replacedFile:
                hub.removeCode("main.py", of: analysis)
                hub.addCode("main.py", to: analysis, isEntrypoint: true)
            case .deletedFile: hub.removeCode("model.py", of: analysis)
            }
        }
    }

    @Test(
        "A change of what was consented to withdraws the consent, with an entry, and nothing starts",
        arguments: Change.allCases
    )
    func changeBeforeTheStart(_ change: Change) async throws {
        try await Self.with { fixture, agent, new in
            try await agent.grant(new.analysis)
            #expect(try await agent.view(new.analysis).blockers == [])
            change.happen(at: fixture.hub, new.analysis, new.part)
            if change.isInLists {
                try await agent.cycles(2)
                #expect(try await !agent.view(new.analysis).hasConsent)
            }
            let refusal = await #expect(throws: FlameNodeError.self) { try await agent.report(new.analysis, .starting) }
            #expect(refusal?.code == .denied)
            #expect(try await !agent.view(new.analysis).hasConsent)
            #expect(try await agent.reasons().contains("consent-withdrawn"))
            #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"]?.stringValue == nil)
        }
    }

    @Test(
        "A change that the lists show stops a run: marked, recorded, told",
        arguments: Change.allCases.filter(\.isInLists)
    )
    func changeWhileItRuns(_ change: Change) async throws {
        try await Self.with { fixture, agent, new in
            try await agent.grant(new.analysis)
            #expect(try await agent.report(new.analysis, .starting).isDone)
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).stopReason == nil)
            change.happen(at: fixture.hub, new.analysis, new.part)
            try await agent.cycles(2)
            let runs = try await agent.store.flame.activeRuns()
            #expect(try FlameRun(stored: #require(runs[new.part])).stopReason != nil)
            #expect(try await agent.reasons().contains("stop-required"))
            #expect(try await FlameStatus.read(agent.store.flame).alarms.contains { $0.contains("has to stop") })
            #expect(try await agent.report(new.part, .stopping).isDone)
            #expect(try await agent.report(new.part, .stopped).isDone)
            try await agent.cycles()
            // Alarms about a run end with it.
            #expect(try await FlameStatus.read(agent.store.flame).alarms == [])
        }
    }

    @Test("What the node and its owner write themselves is no difference, also over a lost answer")
    func ownWrites() async throws {
        try await Self.with { fixture, agent, new in
            try await agent.grant(new.analysis)
            #expect(try await agent.report(new.analysis, .starting).isDone)
            fixture.hub.faults.plan(.lostAnswer, method: "POST", path: "/core/analysis-nodes/\(new.part)", times: 1)
            #expect(try await !agent.report(new.analysis, .started).isDone)
            try await agent.cycles()
            agent.time.advance(by: 600)
            try await agent.cycles()
            #expect(try await agent.report(new.analysis, .executing).isDone)
            try await agent.cycles(2)
            let view = try await agent.view(new.analysis)
            #expect(view.hasConsent && view.stopReason == nil)
            #expect(try await !agent.reasons().contains("consent-withdrawn"))
            let started = try #require(try await agent.store.flame.activeRuns()[new.part])
            #expect(try FlameRun(stored: started).snapshot?.files?.count == 2)
        }
    }

    @Test("Consent is given for what was shown, and only for what is locked and built")
    func grants() async throws {
        try await Self.with { fixture, agent, new in
            func refusal(_ shown: ConsentSnapshot?, image: String? = nil) async -> FlameNodeError? {
                await #expect(throws: FlameNodeError.self) {
                    try await agent.actions.perform(
                        .consent(.analysis, id: new.analysis, isGranted: true, shown: shown, image: image)
                    )
                }
            }
            #expect(await refusal(nil)?.code == .input)
            let shown = try await agent.look(new.analysis)
            fixture.hub.addCode("late.py", to: new.analysis)
            let late = await refusal(shown)
            #expect(late?.code == .changed && late?.message.contains("files") == true)
            #expect(await refusal(try await agent.look(new.analysis), image: "sha256:other")?.code == .changed)
            fixture.hub.change("analyses", new.analysis, ["configurationLocked": false, "buildStatus": .null])
            let unfinished = await refusal(try await agent.look(new.analysis))
            #expect(unfinished?.code == .denied)
            #expect(unfinished?.message.contains("not locked, it is not built") == true)
            #expect(try await agent.store.flame.consents().isEmpty)
        }
    }

    @Test("Whatever the Hub's row says, a start needs consent and approval")
    func startSaidByTheHub() async throws {
        try await Self.with { fixture, agent, new in
            fixture.hub.change("analysis-nodes", new.part, ["executionStatus": "starting"])
            try await agent.cycles()
            let refusal = await #expect(throws: FlameNodeError.self) { try await agent.report(new.analysis, .starting) }
            #expect(refusal?.message.contains("no-consent") == true)
        }
    }

    @Test("A finished run blocks a start, unless a restart is asked for")
    func restart() async throws {
        try await Self.with { fixture, agent, new in
            try await agent.grant(new.analysis)
            for status in [ProcessStatus.starting, .started, .failed] {
                _ = try await agent.report(new.analysis, status)
            }
            let refusal = await #expect(throws: FlameNodeError.self) { try await agent.report(new.analysis, .starting) }
            #expect(refusal?.message.contains("already-run") == true)
            #expect(try await agent.report(new.analysis, .starting, isRestart: true).isDone)
            #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == "starting")
        }
    }

    @Test("A run whose row is gone at the Hub can be ended, and its entry names the analysis")
    func goneRun() async throws {
        try await Self.with { fixture, agent, new in
            try await agent.grant(new.analysis)
            _ = try await agent.report(new.analysis, .starting)
            fixture.hub.delete("analysis-nodes", new.part)
            try await agent.cycles(2)
            for id in [new.analysis, new.part] {
                #expect(try await agent.view(id).stopReason?.contains("no such analysis") == true)
            }
            await #expect(throws: FlameNodeError.self) { try await agent.report(new.analysis, .started) }
            #expect(try await agent.report(new.analysis, .stopped).isDone)
            #expect(try await !agent.node.cycle(SyncPacing()))
            #expect(try await FlameStatus.read(agent.store.flame).alarms == [])
            #expect(try await agent.store.flame.activeRuns().isEmpty)
            var last: AuditEntry?
            for try await entry in agent.store.entries(matching: AuditQuery(types: [.flameAnalysis])) {
                last = entry.entry
            }
            #expect(last?.reason == "reported" && last?.task == new.analysis)
            #expect(last?.reference?.contains(new.part) == true)
        }
    }

    @Test("What somebody else wrote over is reported once more when it is said again")
    func contested() async throws {
        try await Self.with(consent: .followHub) { fixture, agent, new in
            for status in [ProcessStatus.starting, .started, .executing] {
                _ = try await agent.report(new.analysis, status)
            }
            var run = try FlameRun(stored: #require(try await agent.store.flame.activeRuns()[new.part]))
            run.hasReasserted = true
            var batch = FlameBatch()
            batch.runs[new.part] = try run.stored()
            try await agent.store.apply(batch)
            fixture.hub.change("analysis-nodes", new.part, ["executionStatus": "failed"])
            try await agent.cycles()
            #expect(try await agent.reasons().contains("contested"))
            #expect(try await agent.report(new.analysis, .executing).message == "reported executing")
            #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == "executing")
            try await agent.cycles()
            #expect(try await FlameStatus.read(agent.store.flame).alarms == [])
        }
    }

    // MARK: Distribution

    @Test("After a new build the Hub's distribution does not count until it left, or the image is confirmed")
    func staleDistribution() async throws {
        try await Self.with(consent: .followHub) { fixture, agent, new in
            #expect(try await agent.view(new.analysis).blockers == [])
            fixture.hub.change("analyses", new.analysis, ["configurationLocked": false, "buildStatus": .null])
            try await agent.cycles()
            fixture.hub.change(
                "analyses",
                new.analysis,
                ["configurationLocked": true, "buildStatus": "executed", "buildHash": "sha256:second"]
            )
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.distributionStale])
            try await agent.grant(new.analysis, image: "sha256:second")
            #expect(try await agent.view(new.analysis).blockers == [])
            _ = try await agent.actions.perform(.consent(.analysis, id: new.analysis, isGranted: false))
            fixture.hub.change("analyses", new.analysis, ["distributionStatus": "starting"])
            try await agent.cycles()
            fixture.hub.change("analyses", new.analysis, ["distributionStatus": "executed"])
            try await agent.cycles()
            try await agent.grant(new.analysis)
            #expect(try await agent.view(new.analysis).blockers == [])
        }
    }

    // MARK: Projects

    @Test("A rejected project stays rejected, whoever approves in it; also one that the Hub shows as rejected")
    func rejectedProject() async throws {
        try await Self.with(consent: .followHub) { fixture, agent, new in
            #expect(try await agent.view(new.analysis).blockers == [])
            let part = try #require(fixture.hub.part(inProject: fixture.hub.seed.project))
            func decide(_ isApproved: Bool) async throws {
                let row = try #require(try await agent.store.flame.row(FlameRow.Key(.projectNode, part)))
                let shown = try #require(row.record(ProjectNode.self)).decisionSnapshot
                let decision = FlameAction.decide(
                    .project,
                    part: part,
                    isApproved: isApproved,
                    comment: nil,
                    shown: shown
                )
                #expect(try await agent.actions.perform(decision).isDone)
            }
            try await decide(false)
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.projectRejected, .noConsent])
            // Others approve it at the Hub.
            fixture.hub.change("project-nodes", part, ["approvalStatus": "approved"])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.projectRejected, .noConsent])
            let refusal = await #expect(throws: FlameNodeError.self) { try await agent.grant(new.analysis) }
            #expect(refusal?.code == .denied && refusal?.message.contains("rejected") == true)
            // The data owner's own approval is another word.
            try await decide(true)
            #expect(try await agent.view(new.analysis).blockers == [])
            fixture.hub.change("project-nodes", part, ["approvalStatus": "rejected"])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.projectRejected, .noConsent])
        }
    }

    @Test("An analysis that was rejected here is not started because somebody else approves it")
    func rejectedAnalysis() async throws {
        try await Self.with(consent: .followHub) { fixture, agent, new in
            #expect(try await agent.decide(new.part, isApproved: false).isDone)
            fixture.hub.change("analysis-nodes", new.part, ["approvalStatus": "approved"])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.noConsent])
        }
    }

    @Test("A project's id in capitals is the same project, and one that is unknown or changed allows nothing")
    func projectIDs() async throws {
        try await Self.with { fixture, agent, new in
            let project = fixture.hub.seed.project
            let grant = FlameAction.consent(.project, id: project.uppercased(), isGranted: true)
            #expect(try await agent.actions.perform(grant).message.contains("whatever analysis is placed in it"))
            #expect(try await agent.view(new.analysis).blockers == [])
            fixture.hub.change("analyses", new.analysis, ["projectId": .string(project.uppercased())])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [])
            _ = try await agent.actions.perform(.consent(.project, id: project, isGranted: false))
            #expect(try await agent.view(new.analysis).blockers == [.noConsent])
            _ = try await agent.actions.perform(.consent(.project, id: project, isGranted: true))
            fixture.hub.change("analyses", new.analysis, ["projectId": .null])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.projectUnknown, .noConsent])
            // Even back in it, it has been elsewhere.
            fixture.hub.change("analyses", new.analysis, ["projectId": .string(project)])
            try await agent.cycles()
            #expect(try await agent.view(new.analysis).blockers == [.projectUnknown, .noConsent])
            try await agent.grant(new.analysis)
            #expect(try await agent.view(new.analysis).blockers == [])
        }
    }

    @Test("A start under a project's consent records what ran")
    func startUnderProject() async throws {
        try await Self.with { fixture, agent, new in
            _ = try await agent.actions.perform(.consent(.project, id: fixture.hub.seed.project, isGranted: true))
            _ = try await agent.report(new.analysis, .starting)
            let digest = try await agent.look(new.analysis).digest
            var references: [String] = []
            for try await entry in agent.store.entries(matching: AuditQuery(types: [.flameAnalysis])) {
                references.append(entry.entry.reference ?? "")
            }
            #expect(references.last?.hasSuffix("starting \(digest)") == true)
        }
    }

    // MARK: Unknown, gone, ended

    @Test("Consent to what this node has no part in is refused; what is gone takes its consent along")
    func unknownAndGone() async throws {
        try await Self.with { fixture, agent, new in
            let unknown = "6f1c7a44-6a5b-4c6e-9a55-0d7b3c1f2e10"
            for subject in FlameAction.Subject.allCases {
                for isGranted in [true, false] {
                    let refusal = await #expect(throws: FlameNodeError.self) {
                        try await agent.actions.perform(.consent(subject, id: unknown, isGranted: isGranted))
                    }
                    #expect(refusal?.code == .input)
                }
            }
            try await agent.grant(new.analysis)
            fixture.hub.delete("analyses", new.analysis)
            try await agent.cycles(2)
            let consent = try await agent.store.flame.consents().first
            #expect(consent?.isGranted == false && consent?.by == .policy)
            #expect(try await agent.store.flame.row(FlameRow.Key(.analysis, new.analysis)) == nil)
            // It may still be taken back: that is always safe.
            #expect(
                try await agent.actions.perform(.consent(.analysis, id: new.analysis, isGranted: false)).isDone
            )
        }
    }

    @Test("A consent ends at its time, while the Hub is away, too")
    func until() async throws {
        try await Self.with { fixture, agent, new in
            let past = agent.time.now.addingTimeInterval(-1)
            let refusal = await #expect(throws: FlameNodeError.self) {
                try await agent.grant(new.analysis, until: past)
            }
            #expect(refusal?.code == .usage)
            try await agent.grant(new.analysis, until: agent.time.now.addingTimeInterval(3_600))
            _ = try await agent.report(new.analysis, .starting)
            agent.time.advance(by: 3_700)
            #expect(try await !agent.view(new.analysis).hasConsent)
            fixture.hub.faults.plan(.status(503), method: "GET", path: "/core/*", times: nil)
            await #expect(throws: FlameHubError.self) { try await agent.cycles() }
            #expect(try await agent.view(new.analysis).stopReason != nil)
            #expect(try await agent.reasons().suffix(2) == ["consent-withdrawn", "stop-required"])
        }
    }
}

extension SandboxFlameHub {
    /// Puts a file into the bucket of an analysis' code, as an upload does.
    fileprivate func addCode(_ path: String, to analysis: String, isEntrypoint: Bool = false) {
        let bucket = codeBucket(of: analysis)
        let file = insert(
            "bucket-files",
            [
                "path": .string(path), "name": .string(path), "directory": ".", "size": 3,
                "bucketId": .string(bucket.storage), "actorType": "user", "actorId": .string(seed.researcher.id),
            ]
        )
        insert(
            "analysis-bucket-files",
            [
                "path": .string(path), "bucketFileId": .string(file), "bucketId": .string(bucket.storage),
                "analysisBucketId": .string(bucket.core), "analysisId": .string(analysis), "root": .bool(isEntrypoint),
            ]
        )
    }

    fileprivate func removeCode(_ path: String, of analysis: String) {
        for link in code(of: analysis) where link.path == path {
            delete("analysis-bucket-files", link.id)
            delete("bucket-files", link.file)
        }
    }

    fileprivate func code(of analysis: String) -> [(id: String, path: String, file: String)] {
        records("analysis-bucket-files", where: ["analysisId": .string(analysis)]).map {
            ($0["id"]?.stringValue ?? "", $0["path"]?.stringValue ?? "", $0["bucketFileId"]?.stringValue ?? "")
        }
    }

    /// This node's part in a project.
    fileprivate func part(inProject id: String) -> String? {
        records("project-nodes", where: ["projectId": .string(id), "nodeId": .string(seed.node.id)])
            .first?["id"]?.stringValue
    }

    private func codeBucket(of analysis: String) -> (core: String, storage: String) {
        let known = records("analysis-buckets", where: ["analysisId": .string(analysis), "type": "CODE"]).first
        if let known { return (known["id"]?.stringValue ?? "", known["bucketId"]?.stringValue ?? "") }
        let storage = insert("buckets", ["name": .string("code-\(analysis)")])
        let core = insert(
            "analysis-buckets",
            ["type": "CODE", "bucketId": .string(storage), "analysisId": .string(analysis)]
        )
        return (core, storage)
    }
}
