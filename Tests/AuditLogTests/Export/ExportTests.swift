// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct ExportTests {
    private static let source = AuditExportSource(host: "host-1", version: "0.1.0")

    @Test func linesAreTheEntriesThemselves() async throws {
        let log = try await SampleLog(entries: 600)
        let reader = try AgentStore.reader(log.path)
        let all = try await reader.entries().collected()
        let lines = try await export(.jsonl, reader)
        #expect(lines == all.map { String(decoding: $0.body, as: UTF8.self) })
        let some = try await export(.jsonl, reader, AuditQuery(decision: .reject, limit: 3, order: .newestFirst))
        #expect(some.count == 3)
        try reader.close()
    }

    @Test(arguments: [AuditExportFormat.ocsf, .ecs])
    func eachLineOfAViewLeadsToItsEntry(_ format: AuditExportFormat) async throws {
        let log = try await SampleLog(entries: 300)
        let reader = try AgentStore.reader(log.path)
        let all = try await reader.entries().collected()
        let lines = try await export(format, reader)
        #expect(lines.count == all.count)
        var hasher = TreeHasher()
        for (line, recorded) in zip(lines, all) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let own = try #require((object["unmapped"] ?? object["pod_agent"]) as? [String: Any])
            #expect(own["seq"] as? Int64 == recorded.sequence)
            #expect(own["leaf"] as? String == hasher.leaf(recorded.body).base64)
            let raw = object["raw_data"] ?? (object["event"] as? [String: Any])?["original"]
            #expect(raw as? String == String(decoding: recorded.body, as: UTF8.self))
        }
        try reader.close()
    }

    @Test(arguments: AuditEntryType.allCases)
    func ocsfHasWhatItsClassesRequire(_ type: AuditEntryType) throws {
        var entry = AuditEntry.complete
        entry.type = type
        if type != .accessDecision { entry.decision = nil }
        let object = try view(OCSFView.line, entry)
        let classUID = try #require(object["class_uid"] as? Int)
        let activity = try #require(object["activity_id"] as? Int)
        #expect(object["type_uid"] as? Int == classUID * 100 + activity)
        #expect(object["category_uid"] as? Int == classUID / 1_000)
        #expect(object["time"] as? Int64 == 1_763_780_400_123)
        #expect(["severity_id", "status_id", "message"].allSatisfy { object[$0] != nil })
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["version"] as? String == "1.3.0")
        #expect((metadata["product"] as? [String: Any])?["vendor_name"] != nil)
        let required: [Int: [String]] = [
            3002: ["user", "service", "auth_protocol_id"], 6002: ["app"], 6003: ["actor", "api", "src_endpoint"],
        ]
        for name in try #require(required[classUID]) {
            #expect(object[name] is [String: Any] || object[name] is Int, "\(name)")
        }
        #expect((object["action_id"] as? Int) == (type == .accessDecision ? 2 : nil))
        #expect((object["disposition_id"] as? Int) == (type == .accessDecision ? 2 : nil))
    }

    @Test func ecsPutsTheDecisionIntoTheTypeAndNotIntoTheOutcome() throws {
        for decision in AuditEntry.Decision.allCases {
            var entry = AuditEntry.complete
            entry.decision = decision
            let event = try #require(try view(ECSView.line, entry)["event"] as? [String: Any])
            #expect(event["type"] as? [String] == [decision == .accept ? "allowed" : "denied"])
            #expect(event["outcome"] as? String == "success")
            #expect(event["kind"] as? String == "event")
        }
        for type in AuditEntryType.allCases {
            let event = try #require(try view(ECSView.line, AuditEntry(type))["event"] as? [String: Any])
            #expect(["success", "failure", "unknown"].contains(event["outcome"] as? String))
        }
    }

    @Test func cefIsEscapedWhereItHasTo() throws {
        var entry = AuditEntry.complete
        entry.modeller = "a=b|c\\d\ne\u{2028}f"
        let line = String(decoding: CEFView.line(try exported(entry)), as: UTF8.self)
        #expect(
            line.hasPrefix(
                "<109>1 2025-11-22T03:00:00.123Z host-1 pod-agent - access.decision - CEF:0|pod-agent|pod-agent|0.1.0|"
            )
        )
        #expect(line.contains(#"suser=a\=b|c\\d\ne f"#))
        #expect(line.contains(#"modeller a=b\|c\\d e f"#))
        #expect(line.contains(" cn1Label=seq cn1=0 cs1Label=leaf cs1="))
        #expect(line.contains(" act=reject "))
        #expect(!line.contains("\n"))
    }

    @Test func csvIsQuotedAndNeverAFormula() async throws {
        var entry = AuditEntry.complete
        entry.modeller = "=HYPERLINK(\"x\"),\u{301}\"\u{301}y"
        entry.task = "-1+2"
        entry.project = "two\nlines"
        let line = String(decoding: CSVView.line(try exported(entry)), as: UTF8.self)
        #expect(line.contains(",\"'=HYPERLINK(\"\"x\"\"),\u{301}\"\"\u{301}y\","))
        #expect(line.contains(",'-1+2,"))
        #expect(line.contains(#",two\nlines,"#))
        #expect(line.hasSuffix(",reply 1\r"))

        let log = try await SampleLog(entries: 30)
        let reader = try AgentStore.reader(log.path)
        let lines = try await export(.csv, reader)
        #expect(lines[0].hasPrefix("seq,leaf,id,at,type,"))
        let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
        #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == columns })
        try reader.close()
    }

    /// A spreadsheet takes commas, semicolons, tabs, bars or spaces for the ends of cells, by its language or by what a person
    /// chooses.
    @Test(
        arguments: [
            (";=cmd|' /C calc'!A0", ";'=cmd|' /C calc'!A0"), ("a;=1", "a;'=1"), ("a|@x", "a|'@x"), ("a -x", "a '-x"),
            ("a\t=1", #"a\t=1"#), ("a\r\n=1", #"a\r\n=1"#), (#";"=1""#, #"";'""=1""""#), (#""=1"#, #""'""=1""#),
            ("＝1", "'＝1"), ("a\u{A0}+1", "a\u{A0}'+1"), ("a,=1", #""a,'=1""#), ("a=1;b", "a=1;b"), ("1-2", "1-2"),
            ("\u{1B}[2J\u{202E}", #"\u{1b}[2J\u{202e}"#), ("\"", "\"\"\"\""), ("", ""),
        ]
    )
    func noCellOfAnySpreadsheetIsAFormula(_ task: String, _ cell: String) throws {
        var entry = AuditEntry(.taskReceived)
        entry.task = task
        let line = String(decoding: CSVView.line(try exported(entry)), as: UTF8.self)
        let columns = String(decoding: CSVView.header, as: UTF8.self).split(separator: ",")
        let before = String(repeating: ",", count: 2)
        #expect(columns[7] == "task")
        #expect(line.contains(",task.received,\(before)\(cell),"), "\(line)")
    }

    @Test func syslogHeadersArePlain() {
        let line = SyslogLine(
            severity: 5,
            milliseconds: 0,
            host: "höst with\nspaces",
            messageID: String(repeating: "x", count: 40),
            structuredData: ("name", [("key", #"a"b]c\d"#)]),
            message: "text"
        )
        let expected =
            #"<109>1 1970-01-01T00:00:00.000Z hstwithspaces pod-agent - "# + String(repeating: "x", count: 32)
            + #" [name@32473 key="a\"b\]c\\d"] text"#
        #expect(line.text == expected)
    }

    @Test func everythingIsCountedOnce() async throws {
        let log = try await SampleLog(entries: 600)
        let reader = try AgentStore.reader(log.path)
        let all = try await reader.entries().collected()
        let statistics = try await reader.statistics()
        #expect(statistics.entries == Int64(all.count))
        #expect(statistics.types.values.reduce(0, +) == statistics.entries)
        #expect(statistics.types[.keyRotated] == 1)
        #expect(statistics.decisions[.accept] == Int64(all.filter { $0.entry.decision == .accept }.count))
        #expect(statistics.first == all.first?.at)
        #expect(statistics.last == all.last?.at)
        #expect(statistics.keys == 2)
        #expect(statistics.checkpoints > 5)
        #expect(statistics.bytes > 0)
        try reader.close()
    }

    private func export(
        _ format: AuditExportFormat,
        _ reader: AuditReader,
        _ query: AuditQuery = AuditQuery()
    ) async throws -> [String] {
        var data = Data()
        let count = try await reader.export(query, as: format, source: Self.source) { data += $0 }
        let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        #expect(Int64(lines.count) - 1 == count + (format == .csv ? 1 : 0))
        return lines.dropLast().map { String(decoding: $0, as: UTF8.self) }
    }

    private func exported(_ entry: AuditEntry) throws -> ExportedEntry {
        let draft = EntryDraft(entry)
        let start =
            #"{"v":1,"seq":0,"id":"01ARYZ6S41ZZZZZZZZZZZZZZZZ","at":"2025-11-22T03:00:00.123Z","boot":"b","mono_ns":0,"#
        let recorded = try RecordedEntry(sequence: 0, body: Array(start.utf8) + draft.fields + Array("}".utf8))
        var hasher = TreeHasher()
        return ExportedEntry(recorded: recorded, leaf: hasher.leaf(recorded.body), source: Self.source)
    }

    private func view(_ line: (ExportedEntry) -> [UInt8], _ entry: AuditEntry) throws -> [String: Any] {
        let bytes = line(try exported(entry))
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
