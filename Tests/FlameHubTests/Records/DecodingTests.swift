// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import FlameHub

/// Rows of every hub version give the same records, and odd rows cost nothing but themselves.
@Suite struct DecodingTests {
    private func row<Record: HubRecord>(_ text: String, as type: Record.Type) throws -> ResourceRow<Record> {
        ResourceRow(try JSONValue(reply: text.utf8))
    }

    static let id = "6b2a1f8e-0000-4000-8000-000000000001"
    static let other = "6b2a1f8e-0000-4000-8000-000000000002"

    @Test func readsANodeOfEitherSpelling() throws {
        let new = """
            {"id":"\(Self.id)","externalName":"x1","hidden":false,"name":"n","realmId":"\(Self.other)","registryId":null,
            "type":"default","publicKey":null,"online":false,"registryProjectId":null,"clientId":"\(Self.other)",
            "createdAt":"2026-08-20T14:58:48.000Z","updatedAt":"2026-08-20T14:58:49.000Z",
            "registry":{"id":"\(Self.other)","name":"r","host":"h","accountName":"a"},"registryProject":null}
            """
        let old = """
            {"id":"\(Self.id)","external_name":"x1","hidden":false,"name":"n","realm_id":"\(Self.other)","registry_id":null,
            "type":"default","public_key":null,"online":false,"registry_project_id":null,"client_id":"\(Self.other)",
            "created_at":"2026-08-20T14:58:48.000Z","updated_at":"2026-08-20T14:58:49.000Z",
            "registry":{"id":"\(Self.other)","name":"r","host":"h","account_name":"a"},"registry_project":null}
            """
        let node = try #require(try row(new, as: Node.self).record)
        #expect(node.externalName == "x1")
        #expect(node.realmID?.text == Self.other)
        #expect(node.registryID == nil)
        #expect(node.type == .default)
        #expect(node.registry?.accountName == "a")
        #expect(node.createdAt?.text == "2026-08-20T14:58:48.000Z")
        #expect(try row(old, as: Node.self).record == node)
        #expect(try row(old, as: Node.self).raw == row(new, as: Node.self).raw)
    }

    @Test func readsWhatHubsBefore0_8_22CallOtherwise() throws {
        let part = try row(
            """
            {"id":"\(Self.id)","analysis_id":"\(Self.other)","node_id":"\(Self.other)","run_status":"running",
            "analysis":{"id":"\(Self.other)","run_status":"finished","build_nodes_valid":true}}
            """,
            as: AnalysisNode.self
        )
        #expect(part.record?.executionStatus == .executing)
        #expect(part.record?.analysis?.executionStatus == .executed)
        #expect(part.record?.analysis?.distributionNodesValid == true)

        let file = try row(
            #"{"id":"\#(Self.id)","name":"main.py","external_id":"\#(Self.other)","bucket_id":"\#(Self.id)","bucket":{"id":"\#(Self.id)"}}"#,
            as: AnalysisBucketFile.self
        ).record
        #expect(file?.path == "main.py")
        #expect(file?.bucketFileID?.text == Self.other)
        #expect(file?.analysisBucketID?.text == Self.id)
        #expect(file?.bucketID == nil)
        #expect(file?.analysisBucket?.id.text == Self.id)
    }

    @Test func readsEitherNameOfTheDistributionFlag() throws {
        for name in ["buildNodesValid", "distributionNodesValid"] {
            let analysis = try row(#"{"id":"\#(Self.id)","\#(name)":true}"#, as: Analysis.self).record
            #expect(analysis?.distributionNodesValid == true)
        }
    }

    @Test func keepsUnknownWordsAndFields() throws {
        let row = try row(
            #"{"id":"\#(Self.id)","executionStatus":"paused","analysisId":"\#(Self.other)","nodeId":"\#(Self.other)","newThing":{"a":[1]}}"#,
            as: AnalysisNode.self
        )
        let status = try #require(row.record?.executionStatus)
        #expect(status.rawValue == "paused")
        #expect(!status.isKnown)
        #expect(row.raw.objectValue?["newThing"] == ["a": [1]])
    }

    /// A server that cuts a text in the middle of a character escapes the half that is left.
    @Test func readsTextsThatWereCut() throws {
        let row = try row(#"{"id":"\#(Self.id)","description":"cut \ud83d"}"#, as: Analysis.self)
        #expect(row.record?.description == "cut \u{FFFD}")
        #expect(try JSONValue(parsing: row.raw.text.utf8) == row.raw)
    }

    @Test func needsNothingButTheIDs() throws {
        #expect(try row(#"{"id":"\#(Self.id)"}"#, as: Analysis.self).record != nil)
        #expect(try row(#"{"id":"\#(Self.id)"}"#, as: User.self).record != nil)
        let junction = try row(#"{"id":"\#(Self.id)"}"#, as: UserRole.self)
        #expect(junction.record == nil)
        #expect(junction.fault == "userID: The field is missing.")
    }

    @Test(arguments: [
        (#"{"id":"x"}"#, "id: The text is not a UUID."), ("[]", "The row is a list."),
        ("{}", "id: The field is missing."),
        (#"{"id":"\#(id)","nodes":"many"}"#, "nodes: The field holds a text, not Int."),
        (#"{"id":"\#(id)","createdAt":"yesterday"}"#, "createdAt: The text is not a timestamp."),
        (
            #"{"id":"\#(id)","imageCommandArguments":[{"value":"ab"},{"value":1}]}"#,
            "imageCommandArguments.[1].value: The field holds a number, not String."
        ),
        (#"{"id":"\#(id)","project":{"id":null}}"#, "project.id: The field holds null, not String."),
    ])
    func saysWhatDoesNotFit(_ text: String, _ fault: String) throws {
        let row = try row(text, as: Analysis.self)
        #expect(row.record == nil)
        #expect(row.fault == fault)
    }

    @Test func readsArgumentsWithoutPosition() throws {
        let analysis = try row(
            #"{"id":"\#(Self.id)","imageCommandArguments":[{"value":"ab"},{"value":"cd","position":"after"}],"buildSize":4294967296,"buildOs":"linux"}"#,
            as: Analysis.self
        ).record
        #expect(analysis?.imageCommandArguments == [.init("ab"), .init("cd", position: .after)])
        #expect(analysis?.buildSize == 4_294_967_296)
        #expect(analysis?.buildOS == "linux")
    }

    @Test func writesRecordsAsTheyWereRead() throws {
        let node = try #require(try row(#"{"id":"\#(Self.id)","name":"n","type":"future"}"#, as: Node.self).record)
        let fields = try RecordWriter.fields(node)
        #expect(fields == ["id": .string(Self.id), "name": "n", "type": "future"])
    }

    /// A body must never carry more than what was set (flame-hub.md, 5.5).
    @Test func tellsUnsetFromNull() throws {
        var changes = AnalysisNode.Changes()
        #expect(try RecordWriter.fields(changes).isEmpty)
        changes.executionStatus = .set(.started)
        #expect(try RecordWriter.fields(changes) == ["executionStatus": "started"])
        changes.comment = .null
        changes.executionProgress = .set(0)
        #expect(
            try RecordWriter.fields(changes) == ["executionStatus": "started", "comment": nil, "executionProgress": 0]
        )
        var node = Node.Changes()
        node.registryID = .null
        node.hidden = false
        #expect(try RecordWriter.fields(node) == ["registryId": nil, "hidden": false])
    }

    @Test func spellsBodiesForOldHubs() throws {
        let old = ServerProfile(version: HubVersion(0, 8, 8), naming: .snakeCase)
        let middle = ServerProfile(version: HubVersion(0, 12, 2), naming: .snakeCase)
        let new = ServerProfile(version: HubVersion(0, 13, 0), naming: .camelCase)
        let fields: JSONObject = ["executionStatus": "executed", "approvalStatus": "approved"]
        #expect(
            RowModernizer.body(fields, for: AnalysisNode.self, server: old)
                == ["run_status": "finished", "approval_status": "approved"]
        )
        #expect(
            RowModernizer.body(fields, for: AnalysisNode.self, server: middle)
                == ["execution_status": "executed", "approval_status": "approved"]
        )
        #expect(RowModernizer.body(fields, for: AnalysisNode.self, server: new) == fields)
    }
}
