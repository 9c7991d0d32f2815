// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import StrictJSON
import Testing

@testable import FlameNode
@testable import StateStore

/// What earlier versions stored, and what goes over the status server's socket, byte for byte as it was recorded.
@Suite struct StoredFormTests {
    private static let id = "6f1c7a44-6a5b-4c6e-9a55-0d7b3c1f2e10"
    private static let other = "7a9e2b10-3c4d-4e5f-8a6b-1c2d3e4f5a6b"
    private static let snapshot =
        #"{"rowID":"\#(id)","updatedAt":"2026-11-22T10:00:00.000Z","approvalStatus":"approved","buildHash":"sha256:1","configurationLocked":true}"#

    private static let content =
        #"{"analysis":"\#(id)","project":"\#(other)","part":"\#(other)","partCreatedAt":"a","partUpdatedAt":"b","isLocked":true,"image":"\#(id)","arguments":"[]","buildHash":"sha256:1","files":[{"path":"main.py","link":"\#(id)","file":"\#(other)","size":3,"createdAt":"a","updatedAt":"b","isEntrypoint":true,"uploader":"\#(id)"}]}"#

    /// Reads a text, and expects that it is written with the same names and values.
    private func expectRoundTrip<Value: Codable>(_ text: String, as type: Value.Type) throws -> Value {
        let value = try Value(strictJSON: text.utf8)
        let written = try JSONEncoder().encode(value)
        #expect(try JSONValue(parsing: written) == JSONValue(parsing: text.utf8))
        return value
    }

    @Test(arguments: [
        #"{"report":{"part":"\#(id)","_1":{"status":"executing","progress":40}}}"#,
        #"{"analysisDecision":{"part":"\#(id)","_1":"approved","comment":"fine","_3":\#(snapshot)}}"#,
        #"{"projectDecision":{"part":"\#(id)","_1":"rejected","_3":{"rowID":"\#(id)"}}}"#,
        #"{"publicKey":{"node":"\#(id)","pem":"-----BEGIN"}}"#,
        #"{"log":{"analysis":"\#(id)","node":"\#(other)","level":"warn","message":"a line"}}"#,
    ])
    func writes(_ write: String) throws {
        let text =
            #"{"id":3,"write":\#(write),"attempts":1,"notBefore":1800000000.5,"isInFlight":true,"isInDoubt":false}"#
        let entry = try expectRoundTrip(text, as: OutboxEntry.self)
        #expect(entry.id == 3 && entry.attempts == 1 && entry.isInFlight && !entry.isInDoubt)
        #expect(try OutboxEntry(stored: entry.storedText()) == entry)
    }

    @Test func runs() throws {
        let text =
            #"{"status":"executing","progress":40,"progressAt":800000000.25,"hasReasserted":true,"stopReason":"gone"}"#
        let run = try expectRoundTrip(text, as: FlameRun.self)
        #expect(run.status == .executing && run.progress == 40 && run.hasReasserted && run.stopReason == "gone")
        let bare = try expectRoundTrip(#"{"hasReasserted":false}"#, as: FlameRun.self)
        #expect(bare == FlameRun(status: nil, progress: nil))
    }

    @Test func terms() throws {
        let text = #"{"until":800000000,"snapshot":\#(Self.content),"image":"sha256:1","isRejection":false}"#
        let terms = try expectRoundTrip(text, as: ConsentTerms.self)
        #expect(terms.snapshot?.files?.first?.isEntrypoint == true)
        #expect(try ConsentTerms(stored: "{}") == ConsentTerms())
        // The digest is in the audit log: it never changes for the same content.
        #expect(terms.snapshot?.digest == "sha256:73a9350550e0c1261d48a5fc92a0cdad315a120069ee4fbafec01bbbcfe67caf")
        _ = try expectRoundTrip(#"{"isDistributionStale":true,"hasMoved":false}"#, as: AnalysisNotes.self)
        let run = #"{"status":"executing","hasReasserted":false,"analysis":"\#(Self.id)","snapshot":\#(Self.content)}"#
        #expect(try expectRoundTrip(run, as: FlameRun.self).analysis == Self.id)
    }

    @Test func state() throws {
        let text = """
            {"nodeID":"\(Self.id)","nodeName":"hospital","hubVersion":"0.14.0","clockOffset":1.5,\
            "lastSuccess":800000000,"cycle":7,"problem":"away","alarms":{"key":"differs"},\
            "projectNodes":{"backfill":{"begunAt":0}},\
            "analysisNodes":{"watermark":{"value":"2026-11-22T10:00:00.000Z","gap":{"newest":"2026-11-22T09:00:00.000Z",\
            "oldest":"2026-11-22T08:00:00.000Z","offset":45}},"backfill":{"offset":90,"begunAt":3},"total":120,\
            "verifiedUpTo":"\(Self.id)"},"activeOffset":2}
            """
        let state = try expectRoundTrip(text, as: FlameSyncState.self)
        #expect(state.analysisNodes.watermark?.gap?.offset == 45)
        #expect(state.projectNodes.backfill.offset == nil)
        #expect(state.alarms == ["key": "differs"])
    }

    @Test func approvals() throws {
        let text = """
            [{"subject":"analysis","part":"\(Self.id)","of":"\(Self.other)","name":"a","isLocked":true,"shown":\(Self.snapshot)}]
            """
        let approvals = try expectRoundTrip(text, as: [FlameApproval].self)
        #expect(approvals.first?.shown.configurationLocked == true)
    }

    @Test(arguments: [
        #"{"consent":{"_0":"project","id":"a","isGranted":true}}"#,
        #"{"consent":{"_0":"analysis","id":"a","isGranted":true,"shown":\#(content),"until":800000000,"image":"sha256:1"}}"#,
        #"{"decide":{"_0":"analysis","part":"a","isApproved":false,"comment":"no","shown":\#(snapshot)}}"#,
        #"{"report":{"analysis":"a","status":"failed","progress":3}}"#,
        #"{"report":{"analysis":"a"}}"#,
        #"{"report":{"analysis":"a","status":"starting","isRestart":true}}"#,
        #"{"log":{"analysis":"a","level":"info","message":"text"}}"#,
        #"{"publishKey":{}}"#,
    ])
    func actions(_ text: String) throws {
        _ = try expectRoundTrip(text, as: FlameAction.self)
    }

    @Test func outcomes() throws {
        _ = try expectRoundTrip(#"{"isDone":true,"message":"done"}"#, as: FlameOutcome.self)
    }

    @Test(arguments: ["", "{}", "[]", #"{"id":3,"id":4}"#, "nonsense"])
    func anythingElseIsDamage(_ text: String) {
        let damaged = #expect(throws: StoreError.self) { try OutboxEntry(stored: text) }
        #expect(damaged?.code == .damaged)
        #expect(damaged?.message.contains("audit verify") == true)
        #expect(throws: StoreError(.damaged, "")) { try FlameRun(stored: text) }
        #expect(throws: StoreError(.damaged, "")) { try FlameSyncState(stored: text) }
    }

    @Test func aValueThatCantBeStoredIsRefused() {
        var state = FlameSyncState(nodeID: Self.id)
        state.clockOffset = .nan
        #expect(throws: StoreError(.malformed, "")) { try state.storedText() }
    }
}

/// The words that reach the permanent log. None of them is ever renamed.
@Suite struct RecordedWordsTests {
    @Test func reasons() {
        #expect(
            FlameReason.allCases.map(\.rawValue) == [
                "found", "arrived", "changed", "removed", "decided-at-hub", "reopened-at-hub", "reported-elsewhere",
                "key-differs", "foreign-row", "consent-granted", "consent-withdrawn", "decided", "sent",
                "already-there",
                "changed-since-shown", "refused-by-hub", "target-gone", "reported", "stop-required", "contested",
                "key-sent",
            ]
        )
    }

    @Test func faultsOfTheHub() {
        #expect(
            FlameHubError.Code.allCases.map(\.rawValue) == [
                "transport", "cancelled", "authentication", "permission", "not-found", "conflict", "rejected",
                "rate-limited", "server", "malformed-response", "query-ignored", "change-ignored", "unstable-listing",
                "unsupported", "invalid-request", "file",
            ]
        )
        #expect(FlameSyncService.reason(FlameHubError(.rateLimited, "")) == "rate-limited")
        #expect(FlameSyncService.reason(FlameNodeError(.configuration, "")) == "configuration")
        #expect(FlameSyncService.reason(FlameSynchronizer.NodeIsGone()) == "node-gone")
        #expect(FlameSyncService.reason(CancellationError()) == "unexpected")
    }

    @Test func subjectsAndChoices() {
        #expect(
            FlameRow.Kind.allCases.map(\.rawValue) == ["node", "project", "project-node", "analysis", "analysis-node"]
        )
        #expect(FlameRow.Standing.allCases.map(\.rawValue) == ["pending", "active", "closed", "context"])
        #expect(FlameConsentSource.allCases.map(\.rawValue) == ["manual", "follow-hub"])
        #expect(PartConflict.Reason.contested.rawValue == "contested")
        #expect(PartConflict.Reason.rowGone.rawValue == "row-gone")
        #expect(PartConflict.Reason.unknownStatus.rawValue == "unknown-status")
    }
}
