// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Timekeeping

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct EntryLineTests {
    @Test func everyFieldStandsInTheOrderOfTheFormat() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestEnvironment()
        let store = try AgentStore(path: directory.path("agent.sqlite"), environment: clock.environment)
        try await store.append(AuditEntry(.agentStart))
        clock.advance(milliseconds: 5)
        let recorded = try await store.append(.complete)

        let expected = #"""
            {"v":1,"seq":1,"id":"\#(recorded.id)","at":"2025-11-22T03:00:00.128Z","boot":"\#(recorded.boot)",\#
            "mono_ns":5000000,"type":"access.decision","pod":"alice/hospital-a","dataset":"alice/heart-data",\#
            "task":"0c6f7c1e-1f6a-4f9e-9d0e-7b8a3c2d1e0f","project":"project-1",\#
            "request_sha256":"\#(String(repeating: "ab", count: 32))","modeller":"bob","method":"oidc-auth-code",\#
            "key_id":"key-7","protocol":"bitfount.ResultsOnly",\#
            "algorithms":["bitfount.ColumnAverage","bitfount.SqlQuery"],\#
            "protocol_sha256":"\#(String(repeating: "cd", count: 32))",\#
            "am":{"status":200,"code":"NO_ACCESS","limits_sha256":"\#(String(repeating: "ef", count: 32))","ms":41},\#
            "policy":{"sha256":"\#(String(repeating: "12", count: 32))","rule":"default","result":"allow"},\#
            "approvals":["carol"],"decision":"reject","by":"access-manager","reason":"access-manager-no-access",\#
            "agent":"pod-agent/0.1.0","ref":"reply 1"}
            """#
        #expect(String(decoding: recorded.body, as: UTF8.self) == expected)
        #expect(recorded.boot.count == 32)
        #expect(recorded.id.count == 26)
        try await store.close()
    }

    @Test func anEntryThatTellsOfARunIsOfTheSecondVersion() async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        var entry = AuditEntry(.taskFinished)
        var run = AuditEntry.Run()
        run.mode = "exec"
        run.package = "bitfount"
        run.version = "13.0.0"
        run.confinementSHA256 = String(repeating: "ab", count: 32)
        run.outcome = "failed"
        run.reason = "runner-failed"
        run.exception = "builtins.ValueError"
        run.milliseconds = 1
        run.messagesIn = 2
        run.messagesOut = 3
        run.bytesOut = 4
        run.resultsSHA256 = String(repeating: "cd", count: 32)
        run.cpuMilliseconds = 5
        run.maximumResidentKiB = 6
        entry.run = run
        entry.reason = "runner-failed"
        let recorded = try await store.append(entry)
        let expected = #"""
            {"v":2,"seq":0,"id":"\#(recorded.id)","at":"\#(ISO8601.text(recorded.at))","boot":"\#(recorded.boot)",\#
            "mono_ns":\#(recorded.monotonicNanoseconds),"type":"task.finished",\#
            "run":{"mode":"exec","package":"bitfount","version":"13.0.0",\#
            "confinement_sha256":"\#(String(repeating: "ab", count: 32))","outcome":"failed","reason":"runner-failed",\#
            "exception":"builtins.ValueError","ms":1,"messages_in":2,"messages_out":3,"bytes_out":4,\#
            "results_sha256":"\#(String(repeating: "cd", count: 32))","cpu_ms":5,"max_rss_kib":6},\#
            "reason":"runner-failed"}
            """#
        #expect(String(decoding: recorded.body, as: UTF8.self) == expected)
        #expect(try await store.entries().collected() == [recorded])
        try await store.close()
    }

    @Test func absentFieldsAreLeftOut() {
        #expect(String(decoding: AuditEntry(.agentStop).fields(), as: UTF8.self) == #""type":"agent.stop""#)
        var entry = AuditEntry(.accessDecision)
        entry.accessManager = AuditEntry.AccessManagerAnswer()
        entry.algorithms = []
        #expect(
            String(decoding: entry.fields(), as: UTF8.self) == #""type":"access.decision","algorithms":[],"am":{}"#
        )
    }

    @Test func aLineReadsBackAsWhatWasRecorded() async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        var odd = AuditEntry.complete
        odd.modeller = "quote\" back\\slash \u{0}\n\u{85}\u{2028}\u{202E}ünï🧪"
        let written = [try await store.append(.complete), try await store.append(odd)]
        let read = try await store.entries().collected()
        #expect(read == written)
        try await store.close()
    }

    @Test(arguments: AuditEntryType.allCases)
    func everyTypeIsReadBack(_ type: AuditEntryType) throws {
        let body =
            #"{"v":1,"seq":0,"id":"x","at":"2025-11-22T03:00:00.000Z","boot":"b","mono_ns":0,"type":"\#(type.rawValue)"}"#
        #expect(try RecordedEntry(sequence: 0, body: Array(body.utf8)).entry.type == type)
    }

    @Test(arguments: [
        #"{"v":3,"seq":0,"id":"x","at":"2025-11-22T03:00:00.000Z","boot":"b","mono_ns":0,"type":"agent.start"}"#,
        #"{"v":0,"seq":0,"id":"x","at":"2025-11-22T03:00:00.000Z","boot":"b","mono_ns":0,"type":"agent.start"}"#,
        #"{"v":1,"seq":1,"id":"x","at":"2025-11-22T03:00:00.000Z","boot":"b","mono_ns":0,"type":"agent.start"}"#,
        #"{"v":1,"seq":0,"id":"x","at":"2025-02-30T03:00:00.000Z","boot":"b","mono_ns":0,"type":"agent.start"}"#,
        #"{"v":1,"seq":0,"id":"x","at":"2025-11-22T03:00:00.000Z","boot":"b","mono_ns":0,"type":"agent.dance"}"#,
        #"{"v":1,"seq":0"#,
        "",
    ])
    func anUnknownLineIsDamage(_ body: String) {
        #expect(throws: StoreError(.damaged, "")) { try RecordedEntry(sequence: 0, body: Array(body.utf8)) }
    }

    @Test func theLongestEntryFitsALeaf() throws {
        // U+0001 is the worst character: one byte that is written as six.
        let long = String(repeating: "\u{1}", count: 100_000)
        var entry = AuditEntry.complete
        entry.pod = long
        entry.dataset = long
        entry.task = long
        entry.project = long
        entry.requestSHA256 = long
        entry.modeller = long
        entry.keyID = long
        entry.protocolName = long
        entry.algorithms = Array(repeating: long, count: 1_000)
        entry.protocolSHA256 = long
        entry.accessManager = .init(status: .min, code: long, limitsSHA256: long, milliseconds: .min)
        entry.policy = .init(sha256: long, rule: long, result: long)
        entry.approvals = Array(repeating: long, count: 1_000)
        entry.reason = long
        entry.agent = long
        entry.reference = long
        for type in AuditEntryType.allCases {
            entry.type = type
            let draft = EntryDraft(entry)
            #expect(draft.fields.count + 256 <= AuditEntryLimits.lineBytes)
        }
        #expect(EntryDraft(entry).entry.algorithms?.last == "… 977 more")
    }

    @Test func everyTextFieldIsCut() throws {
        // Reads the line back, so that a field that is added and not cut is found.
        let text = String(repeating: "x", count: 5_000)
        let line = String(decoding: EntryDraft(.complete).fields, as: UTF8.self)
        let names = try #require(
            JSONSerialization.jsonObject(with: Data("{\(line)}".utf8)) as? [String: Any]
        ).filter { $0.value is String }.keys
        var entry = AuditEntry.complete
        entry.pod = text
        entry.dataset = text
        entry.task = text
        entry.project = text
        entry.requestSHA256 = text
        entry.modeller = text
        entry.keyID = text
        entry.protocolName = text
        entry.protocolSHA256 = text
        entry.reason = text
        entry.agent = text
        entry.reference = text
        let cut = try #require(
            JSONSerialization.jsonObject(
                with: Data("{\(String(decoding: EntryDraft(entry).fields, as: UTF8.self))}".utf8)
            )
                as? [String: Any]
        )
        let fixed: Set = ["type", "method", "decision", "by"]
        for name in names where !fixed.contains(name) {
            let value = try #require(cut[name] as? String)
            #expect(value.hasSuffix("x…"), "\(name)")
            #expect(value.utf8.count == (name == "ref" ? 1_024 : 256), "\(name)")
        }
    }
}
