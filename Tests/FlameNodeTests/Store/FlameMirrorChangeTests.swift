// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameHub
@testable import FlameNode
@testable import FlameTestSupport
@testable import StateStore
@testable import StateTestSupport

/// What rows of the Hub change in the mirror, and what of it is recorded.
@Suite struct FlameMirrorChangeTests {
    let directory: TemporaryDirectory
    let store: AgentStore
    let mirror: FlameMirror
    private let date = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.url.appending(path: "agent.sqlite").path)
        mirror = FlameMirror(
            reader: store.flame,
            entries: FlameEntries(entry: { AuditEntry($0) }),
            now: { Date(timeIntervalSince1970: 1_800_000_000) }
        )
    }

    private static var analysis: String { Rows.id(100_001, of: Analysis.self).text }

    private func row(_ fields: JSONObject = [:]) -> ResourceRow<AnalysisNode> {
        ResourceRow<AnalysisNode>(Rows.part(1, fields))
    }

    /// Takes rows in, as the synchronizer does.
    private func take(_ rows: [ResourceRow<AnalysisNode>], isNews: Bool = true) async throws -> FlameBatch {
        let batch = try await mirror.changes(by: rows, isNews: isNews)
        try await store.apply(batch)
        return batch
    }

    private func reasons(_ batch: FlameBatch) -> [String] { batch.entries.compactMap(\.reason) }

    @Test func aRowThatArrivesIsKeptAndRecordedOnce() async throws {
        let first = try await take([row()])
        #expect(reasons(first) == ["arrived"])
        #expect(first.rows.map(\.standing) == [.pending])
        #expect(first.entries[0].task == Self.analysis)
        #expect(first.entries[0].decision == nil)
        #expect(try await take([row()]).isEmpty)
        try await store.close()
    }

    @Test func historyIsKeptWithoutAnEntryUnlessItMatters() async throws {
        let closed = row(["approvalStatus": "approved", "executionStatus": "executed"])
        let batch = try await take([closed], isNews: false)
        #expect(batch.rows.map(\.standing) == [.closed] && batch.entries.isEmpty)
        let active = ResourceRow<AnalysisNode>(Rows.part(2, ["approvalStatus": "approved"]))
        #expect(reasons(try await take([active], isNews: false)) == ["arrived"])
        try await store.close()
    }

    @Test func whatOthersChangeIsRecorded() async throws {
        _ = try await take([row()])
        let approved = try await take([row(["approvalStatus": "approved"])])
        #expect(reasons(approved) == ["decided-at-hub"] && approved.entries[0].decision == .accept)
        let rejected = try await take([row(["approvalStatus": "rejected"])])
        #expect(reasons(rejected) == ["decided-at-hub"] && rejected.entries[0].decision == .reject)
        let started = try await take([row(["approvalStatus": "rejected", "executionStatus": "started"])])
        #expect(reasons(started) == ["reported-elsewhere"])
        #expect(started.entries[0].reference?.hasSuffix(" started") == true)
        try await store.close()
    }

    @Test func aDecisionThatIsOpenAgainTakesTheConsentBack() async throws {
        _ = try await take([row(["approvalStatus": "approved"])])
        var consent = FlameBatch()
        let subject = FlameRow.Key(.analysis, Self.analysis)
        consent.consents = [FlameConsent(subject, isGranted: true, by: .operator, at: date)]
        try await store.apply(consent)
        let open = try await take([row()])
        #expect(reasons(open) == ["reopened-at-hub", "consent-withdrawn"])
        #expect(open.entries[1].by == .policy)
        #expect(try await store.flame.consent(subject)?.isGranted == false)
        #expect(try await store.flame.consent(subject)?.by == .policy)
        // Nothing is taken back twice.
        _ = try await take([row(["approvalStatus": "approved"])])
        #expect(reasons(try await take([row()])) == ["reopened-at-hub"])
        try await store.close()
    }

    @Test func anAnalysisThatChangesIsRecordedWithTheNamesOfItsFields() async throws {
        func embedded(_ hash: JSONValue, _ locked: JSONValue) -> ResourceRow<AnalysisNode> {
            row([
                "analysis": .object([
                    "id": .string(Self.analysis), "buildHash": hash, "configurationLocked": locked, "name": "one",
                ])
            ])
        }
        let first = try await take([embedded("a", true)])
        #expect(first.rows.map(\.key.kind) == [.analysis, .analysisNode])
        let changed = try await take([embedded("b", false)])
        #expect(reasons(changed) == ["changed"])
        #expect(changed.entries[0].reference?.hasSuffix(" configurationLocked,buildHash") == true)
        try await store.close()
    }

    @Test func rowsThatAreGoneAreRemovedAndRecorded() async throws {
        _ = try await take([row()])
        let known = try await store.flame.rows(.analysisNode)
        let removal = try await mirror.removal(of: known)
        #expect(reasons(removal) == ["removed"] && removal.removed.first == known.first?.key)
        try await store.apply(removal)
        #expect(try await store.flame.count(.analysisNode) == 0)
        try await store.close()
    }

    // MARK: Rows

    @Test func theStandingFollowsFromDecisionAndStatus() {
        let standings: [(approval: String?, execution: String?, standing: FlameRow.Standing)] = [
            (nil, nil, .pending), ("approved", nil, .active), ("approved", "starting", .active),
            ("approved", "executing", .active), ("approved", "stopping", .active), ("approved", "executed", .closed),
            ("approved", "failed", .closed), ("rejected", nil, .closed), ("something", nil, .closed),
        ]
        for (approval, execution, standing) in standings {
            let row = row(["approvalStatus": JSONValue(approval), "executionStatus": JSONValue(execution)])
            #expect(FlameRow.mirrored(row).map(\.standing) == [standing])
        }
    }

    @Test func aRowThatDoesNotFitIsKeptAndClosed() {
        let odd = FlameRow.mirrored(row(["approvalStatus": 7]))
        #expect(odd.count == 1 && odd[0].standing == .closed && odd[0].fault != nil)
        #expect(odd[0].raw.contains(#""approvalStatus":7"#))
        let noObject = FlameRow.mirrored(ResourceRow<AnalysisNode>("text"))
        #expect(noObject[0].key.id.hasPrefix("unidentified:") && noObject[0].fault != nil)
        let noID = FlameRow.mirrored(ResourceRow<AnalysisNode>(["nodeId": "x"]))
        #expect(noID[0].key.id.hasPrefix("unidentified:") && noID[0].key != noObject[0].key)
    }

    @Test func aRecordIsReadBackWithWhatIsEmbedded() throws {
        let rows = FlameRow.mirrored(row(["approvalStatus": "approved"]))
        let analysis = FlameRow(FlameRow.Key(.analysis, Self.analysis), standing: .context, raw: "no JSON")
        #expect(rows[0].record(AnalysisNode.self)?.approvalStatus == .approved)
        #expect(rows[0].record(AnalysisNode.self, embedding: ["analysis": analysis])?.analysis == nil)
        #expect(analysis.fields == nil)
        #expect(analysis.record(Analysis.self) == nil)
    }
}

/// What the entries about a node say.
@Suite struct FlameEntryTests {
    private let entries = FlameEntries(entry: { AuditEntry($0) })

    private func about(_ kind: FlameRow.Kind, _ reason: FlameReason = .changed) -> AuditEntry {
        var row = FlameRow(FlameRow.Key(kind, "id"), standing: .context, raw: "{}")
        row.parent = "parent"
        return entries.about(row, reason, decision: .accept, by: .operator, detail: "detail")
    }

    @Test func aRowIsNamedByItsKindAndItsProjectOrAnalysis() {
        #expect(about(.project).project == "id" && about(.project).type == .flameProject)
        #expect(about(.projectNode).project == "parent" && about(.projectNode).type == .flameProject)
        #expect(about(.analysis).task == "id" && about(.analysis).project == "parent")
        #expect(about(.analysisNode).task == "parent" && about(.analysisNode).type == .flameAnalysis)
        #expect(about(.node).type == .flameNode && about(.node).task == nil)
        #expect(about(.projectNode).reference == "project-node:id detail")
        #expect(about(.node).decision == .accept && about(.node).by == .operator && about(.node).reason == "changed")
    }

    @Test(arguments: [
        FlameReason.decided, .sent, .alreadyThere, .changedSinceShown, .decidedAtHub, .reopenedAtHub,
    ])
    func decisionsHaveATypeOfTheirOwn(_ reason: FlameReason) {
        #expect(about(.analysisNode, reason).type == .flameApproval)
        #expect(about(.projectNode, reason).type == .flameApproval)
    }

    @Test func theNodeAndTheChoiceOfConsentAreNamed() {
        let node = entries.node(.found, "id", detail: "name")
        #expect(node.type == .flameNode && node.reason == "found" && node.reference == "node:id name")
        let consent = entries.consentChosen(.followHub)
        #expect(consent.type == .policyLoaded && consent.policy?.rule == "flame.consent")
        #expect(consent.policy?.result == "follow-hub")
    }
}
