// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import AuditLog
@testable import Cryptography
@testable import FlameHub
@testable import FlameNode
@testable import FlameTestSupport
@testable import StateStore
@testable import StateTestSupport

/// What is known on this machine of an analysis, without the Hub.
@Suite struct FlameAnalysisViewTests {
    let directory: TemporaryDirectory
    let store: AgentStore
    private let analysis = Rows.id(100_001, of: Analysis.self).text
    private let project = Rows.id(7, of: Project.self).text
    private let part = Rows.id(1, of: AnalysisNode.self).text

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.url.appending(path: "agent.sqlite").path)
    }

    private func mirror(
        _ fields: JSONObject = ["approvalStatus": "approved"],
        build: JSONValue = "executed",
        distribution: JSONValue = "executed"
    ) async throws {
        var embedded = fields
        embedded["analysis"] = [
            "id": .string(analysis), "projectId": .string(project), "name": "one", "buildStatus": build,
            "distributionStatus": distribution, "configurationLocked": true,
            "createdAt": .string(Rows.time(1)), "updatedAt": .string(Rows.time(1)),
        ]
        var batch = FlameBatch()
        batch.rows = FlameRow.mirrored(ResourceRow<AnalysisNode>(Rows.part(1, embedded)))
        var projectPart = FlameRow(
            FlameRow.Key(.projectNode, Rows.id(8, of: ProjectNode.self).text),
            standing: .closed,
            raw: "{}"
        )
        projectPart.parent = project
        projectPart.approval = "approved"
        batch.rows.append(projectPart)
        try await store.apply(batch)
    }

    private func consent(_ kind: FlameRow.Kind, _ id: String, _ isGranted: Bool) async throws {
        var terms = ConsentTerms()
        if kind == .analysis, let own = try await store.flame.row(FlameRow.Key(.analysisNode, part)),
            let whole = try await store.flame.row(FlameRow.Key(.analysis, id))
        {
            terms.snapshot = ConsentSnapshot(part: own, analysis: whole)
        }
        var batch = FlameBatch()
        let subject = FlameRow.Key(kind, id)
        batch.consents = [FlameConsent(subject, isGranted: isGranted, by: .operator, at: .now, terms: terms)]
        try await store.apply(batch)
    }

    private func view(_ consent: FlameConsentSource = .manual, _ id: String? = nil) async throws -> FlameAnalysisView {
        let views = FlameAnalysisViews(reader: store.flame, consent: consent)
        return try #require(try await views.view(id ?? analysis))
    }

    @Test func anAnalysisIsFoundByItsIdOrByThePart() async throws {
        try await mirror()
        #expect(try await view(.manual, part.uppercased()).analysisID == analysis)
        #expect(try await view(.manual, analysis.uppercased()).partID == part)
        let views = FlameAnalysisViews(reader: store.flame, consent: .manual)
        #expect(try await views.view(project) == nil)
        #expect(try await views.views(.active, limit: 10).map(\.partID) == [part])
        #expect(try await views.views(.pending, limit: 10).isEmpty)
        #expect(try await views.views(nil, limit: 10).count == 1)
        try await store.close()
    }

    @Test func whatWasSaidOfTheAnalysisCountsBeforeTheProjectAndBothBeforeTheHub() async throws {
        try await mirror()
        #expect(try await !view(.manual).hasConsent)
        #expect(try await view(.followHub).hasConsent)
        try await consent(.project, project, false)
        #expect(try await !view(.followHub).hasConsent)
        try await consent(.analysis, analysis, true)
        #expect(try await view(.manual).hasConsent)
        try await consent(.project, project, true)
        try await consent(.analysis, analysis, false)
        #expect(try await !view(.followHub).hasConsent)
        try await store.close()
    }

    @Test func whatIsInTheWayOfAStartIsTold() async throws {
        try await mirror(["approvalStatus": .null], build: "failed", distribution: .null)
        #expect(try await view().blockers == [.notApproved, .noConsent, .notBuilt, .notDistributed])
        try await mirror(["approvalStatus": "approved", "executionStatus": "executing"])
        try await consent(.analysis, analysis, true)
        #expect(try await view().blockers == [.alreadyBegun])
        try await mirror(["approvalStatus": "approved", "executionStatus": "failed"])
        #expect(try await view().blockers == [.alreadyRun])
        #expect(try await view().blockers(isRestart: true) == [])
        try await mirror(["approvalStatus": 7])
        #expect(try await view().blockers == [.analysisUnknown])
        #expect(try await view().fault != nil)
        try await store.close()
    }

    @Test(arguments: [("0.8.5", false), ("0.14.0", true), (nil, true)])
    func onlyAnOldHubHasNoDistribution(_ version: String?, _ hasDistribution: Bool) async throws {
        try await mirror(distribution: .null)
        try await consent(.analysis, analysis, true)
        var state = FlameSyncState(nodeID: Rows.id(1, of: Node.self).text)
        state.hubVersion = version
        var batch = FlameBatch()
        batch.values[FlameSyncState.key] = try state.storedText()
        try await store.apply(batch)
        #expect(try await view().blockers == (hasDistribution ? [.notDistributed] : []))
        try await store.close()
    }

    @Test func aRunHasToStopOnlyWhileItRuns() async throws {
        try await mirror()
        var run = FlameRun(status: .executing, progress: 3)
        run.stopReason = "not approved any more"
        var batch = FlameBatch()
        batch.runs[part] = try run.stored()
        try await store.apply(batch)
        #expect(try await view().stopReason == "not approved any more")
        #expect(try await view().run == run)
        run.status = .stopped
        batch.runs[part] = try run.stored()
        try await store.apply(batch)
        // A run that is over and of which the Hub has heard is not looked at any more.
        #expect(try await view().stopReason == nil)
        try await store.close()
    }

    // MARK: Status

    @Test func theStatusIsReadFromWhatIsStored() async throws {
        let empty = try await FlameStatus.read(store.flame)
        #expect(empty.nodeID == nil && empty.isFilling && empty.alarms.isEmpty && empty.analyses == 0)
        try await mirror(["approvalStatus": .null])
        var state = FlameSyncState(nodeID: "id")
        state.alarms = ["b": "second", "a": "first"]
        state.problem = "away"
        state.analysisNodes.backfill.offset = nil
        state.projectNodes.backfill.offset = nil
        var batch = FlameBatch()
        batch.values[FlameSyncState.key] = try state.storedText()
        batch.writes = [FlameBatch.Write(id: 1, target: "target", body: "{}")]
        try await store.apply(batch)
        let status = try await FlameStatus.read(store.flame)
        #expect(status.nodeID == "id" && status.problem == "away" && status.alarms == ["first", "second"])
        #expect(status.analyses == 1 && status.pendingAnalyses == 1 && status.activeAnalyses == 0)
        #expect(!status.isFilling && status.waitingWrites == 1 && status.unreadableRows == 0)
        try await store.close()
    }
}

/// The node's key pair.
@Suite struct FlameNodeKeyTests {
    @Test func isMadeOnceAndReadAgain() throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "node.key")
        let first = try FlameNodeKey(file: file)
        #expect(first.isNew)
        #expect(TemporaryDirectory.mode(file) == 0o600)
        let second = try FlameNodeKey(file: file)
        #expect(!second.isNew && second.fingerprint == first.fingerprint)
        #expect(first.fingerprint.hasPrefix("sha256:") && first.fingerprint.count == 71)
    }

    @Test func isComparedWithWhatTheHubShows() throws {
        let directory = try TemporaryDirectory()
        let key = try FlameNodeKey(file: directory.url.appending(path: "node.key"))
        let other = try FlameNodeKey(file: directory.url.appending(path: "other.key"))
        let pem = key.publicKey.pem
        #expect(key.compare(with: nil) == .missing && key.compare(with: "") == .missing)
        #expect(key.compare(with: pem) == .same)
        #expect(key.compare(with: pem.replacing("\n", with: "\r\n")) == .same)
        #expect(key.compare(with: Hex.encode(Array(pem.utf8))) == .same)
        #expect(key.compare(with: other.publicKey.pem) == .different)
        #expect(key.compare(with: "no key") == .different)
    }

    @Test func aFileWithSomethingElseIsRefused() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("no key", "node.key", mode: 0o600)
        #expect(throws: CryptographyError.self) { try FlameNodeKey(file: file) }
    }
}
