// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import PrintableText
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// Evidence that was made to deceive whoever verifies it.
@Suite struct HostileEvidenceTests {
    /// Would take the line back and put another one in its place.
    private static let hostile = "\u{1B}[2K\r\u{1B}[1Asound\n\u{9B}2J\u{202E}\u{2028}"

    private let log: SampleLog
    private let bundle: URL

    init() async throws {
        log = try await SampleLog(entries: 300)
        bundle = URL(filePath: log.directory.path("bundle"))
        let reader = try AgentStore.reader(log.path)
        try await reader.writeEvidence(AuditQuery(sequences: 0..<300), to: bundle)
        try reader.close()
    }

    /// The end has to be one of those that the tool knows, and every line readable as it is meant.
    private func expectClean(
        _ result: (code: Int32, output: String),
        _ code: Int32 = 1,
        _ what: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.code == code, "\(what): \(result.output)", sourceLocation: sourceLocation)
        #expect(!result.output.contains("Traceback"), "\(what): \(result.output)", sourceLocation: sourceLocation)
        #expect(
            result.output.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" },
            "\(what)",
            sourceLocation: sourceLocation
        )
        let verdicts = result.output.split(separator: "\n").filter {
            $0.hasPrefix("sound") || $0.hasPrefix("NOT SOUND")
        }
        #expect(verdicts.count == 1, "\(what): \(result.output)", sourceLocation: sourceLocation)
        #expect(verdicts.first?.hasPrefix("sound") == (code == 0), "\(what)", sourceLocation: sourceLocation)
    }

    private func change(_ name: String, _ change: (inout [String: Any]) -> Void) throws {
        let file = bundle.appending(path: name)
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
        change(&object)
        try JSONSerialization.data(withJSONObject: object).write(to: file)
    }

    @Test func whoIsVouchedForByNobodyIsSaidFirst() async throws {
        let unknown = try await PythonVerifier.run("bundle", bundle.path)
        expectClean(unknown, 0)
        #expect(unknown.output.hasPrefix("SIGNER UNKNOWN: without --key nobody vouches for whoever signed this log\n"))
        let database = try await PythonVerifier.run("log", log.path)
        #expect(database.output.hasPrefix("SIGNER UNKNOWN: "))
        let saved = log.directory.path("saved")
        let reader = try AgentStore.reader(log.path)
        let keys = try await reader.keys().map(\.key.description)
        try Data(try #require(try await reader.checkpoint(size: 101)).bytes).write(to: URL(filePath: saved))
        try reader.close()
        let held = try await PythonVerifier.run("bundle", bundle.path, "--checkpoint", saved)
        #expect(held.output.hasPrefix("SIGNER UNKNOWN: without --key nothing but the given checkpoints vouches"))
        let known = try await PythonVerifier.run("bundle", bundle.path, "--key", keys[0])
        expectClean(known, 0)
        #expect(known.output.hasPrefix("sound: "))
    }

    @Test func noWordOfABundleReachesTheTerminalAsItIs() async throws {
        try change("bundle.json") { $0["origin"] = Self.hostile }
        expectClean(try await PythonVerifier.run("bundle", bundle.path))
        // A whole bundle under a name that none can have, signed by whoever made it.
        let checkpoint = bundle.appending(path: "checkpoint")
        let lines = try String(contentsOf: checkpoint, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let name = "acme/\u{9B}2J\u{202E}/audit"
        try Data(([Substring(name)] + lines.dropFirst()).joined(separator: "\n").utf8).write(to: checkpoint)
        try change("bundle.json") { $0["origin"] = name }
        expectClean(try await PythonVerifier.run("bundle", bundle.path))
        // Python names the key that is missing, and the surrogate that no text can hold.
        try change("bundle.json") { $0["format"] = "pod-agent-audit-bundle/v1\u{1B}[2J" }
        expectClean(try await PythonVerifier.run("bundle", bundle.path))
        try Data(#"{"format":"pod-agent-audit-bundle/v1","origin":"\ud800\u001b[2J","size":1}"#.utf8)
            .write(to: bundle.appending(path: "bundle.json"))
        expectClean(try await PythonVerifier.run("bundle", bundle.path))
    }

    @Test(arguments: [
        "", "null", "[]", "7", "\"x\"", "{", "\u{FEFF}{}", #"{"format":7}"#,
        #"{"format":"pod-agent-audit-bundle/v1"}"#,
        #"{"format":"pod-agent-audit-bundle/v1","origin":1,"size":"x","entries":[],"first":{}}"#,
        #"{"format":"pod-agent-audit-bundle/v1","size":1e400,"origin":"x","entries":0}"#,
        #"{"format":"pod-agent-audit-bundle/v1","size":\#(String(repeating: "9", count: 10_000))}"#,
        String(repeating: "[", count: 200_000), String(repeating: #"{"a":"#, count: 100_000),
    ])
    func whateverIsNoManifestIsNotSound(_ text: String) async throws {
        try Data(text.utf8).write(to: bundle.appending(path: "bundle.json"))
        expectClean(try await PythonVerifier.run("bundle", bundle.path), 1, String(text.prefix(60)))
    }

    @Test(arguments: [
        "bundle.json", "checkpoint", "entries.jsonl", "range.json", "keys.jsonl", "keys-proofs.jsonl", "vkey",
    ])
    func whateverIsInAnyFileTheEndIsClean(_ name: String) async throws {
        let file = bundle.appending(path: name)
        let nines = String(repeating: "9", count: 5_000)
        let contents = [
            "", "\n", "\u{0}", "null\n", "[]\n", "{}\n", Self.hostile, #"{"seq":\#(nines)}"# + "\n", "—\n\n—\n",
            #"{"first":true,"end":-1,"size":0.5,"hashes":{}}"# + "\n",
            #"{"first":0,"end":4e18,"size":300,"hashes":[]}"# + "\n",
            #"{"first":0,"end":9000000000000000000,"size":300,"hashes":[]}"# + "\n",
            #"{"seq":true,"hashes":[null]}"# + "\n",
            "a\n\(nines)\nAAAA\n\n— a AAAA\n", "a\n٣\nAAAA\n\n— a AAAA\n", "a\n²\nAAAA\n\n— a AAAA\n",
            String(repeating: "[", count: 100_000) + "\n", #"{"v":1,"seq":0,"type":"key.created","key_id":[]}"# + "\n",
        ]
        for content in contents + [String(repeating: "x", count: 3 << 20)] {
            try Data(content.utf8).write(to: file)
            expectClean(try await PythonVerifier.run("bundle", bundle.path), 1, "\(name): \(content.prefix(40))")
        }
        try Data([0xFF, 0xFE, 0x80]).write(to: file)
        expectClean(try await PythonVerifier.run("bundle", bundle.path), 1, "\(name): no UTF-8")
        // A pipe in the file's place must not keep the auditor waiting.
        try FileManager.default.removeItem(at: file)
        #expect(mkfifo(file.path, 0o600) == 0)
        expectClean(try await PythonVerifier.run("bundle", bundle.path), 1, "\(name): pipe")
    }

    @Test(arguments: ["../elsewhere", "..", "/etc", "", "a/../../b", "x\u{1B}[2J"])
    func anArchivesNameLeadsNowhereElse(_ name: String) async throws {
        // What lies outside of the directory must not be read, so it is made to be found.
        let archives = log.directory.path("archives")
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let segment = try #require(try await store.archive(before: .distantFuture, to: URL(filePath: archives)))
        try await store.close()
        try FileManager.default.moveItem(
            atPath: "\(archives)/\(segment.directory)",
            toPath: log.directory.path("elsewhere")
        )
        try SampleLog.edit(log.path) { db in
            try db.execute(sql: "UPDATE archive SET directory = ?", arguments: [name])
            try db.execute(sql: "UPDATE archive SET seal = row_seal(first, end, directory, sha256)")
        }
        let result = try await PythonVerifier.run("log", log.path, "--archives", archives)
        expectClean(result)
        #expect(result.output.contains("has a name that none can have"))
        let report = try await SampleLog.verify(
            log.path,
            VerificationRequest(archiveDirectory: URL(filePath: archives))
        )
        #expect(report.findings.contains { $0.part == .archive && $0.message == "It has a name that no archive has." })
        #expect(!report.findings.contains { $0.message.contains("elsewhere") || $0.message.contains("/etc/entries") })
    }

    @Test func aPipeInAnArchiveKeepsNobodyWaiting() async throws {
        let archives = URL(filePath: log.directory.path("archives"))
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let segment = try #require(try await store.archive(before: .distantFuture, to: archives))
        try await store.close()
        let file = archives.appending(path: segment.directory).appending(path: "entries.jsonl")
        try FileManager.default.removeItem(at: file)
        #expect(mkfifo(file.path, 0o600) == 0)
        let report = try await SampleLog.verify(log.path, VerificationRequest(archiveDirectory: archives))
        #expect(report.findings.contains { $0.part == .archive })
        expectClean(try await PythonVerifier.run("log", log.path, "--archives", archives.path))
    }

    @Test(arguments: [
        "DROP TABLE log; CREATE TABLE log (id, instance, origin, previous); INSERT INTO log VALUES (1, 7, x'ff', NULL)",
        "DROP TABLE log; CREATE TABLE log (id, instance, origin, previous); INSERT INTO log VALUES (1, 'a', 'b' || char(27) || '[2J', 1)",
        "DROP TABLE archive; CREATE TABLE archive (first, end, directory, sha256, seal); INSERT INTO archive VALUES ('a', 'b', 7, 'x', NULL)",
        "DROP TABLE checkpoint; CREATE TABLE checkpoint (size, note); INSERT INTO checkpoint VALUES ('x', NULL), (NULL, 7), (1e300, x'ff')",
        "DROP TABLE signer; CREATE TABLE signer (seq, vkey); INSERT INTO signer VALUES ('x', x'ff')",
        "DROP TABLE entry; CREATE TABLE entry (seq, body, leaf); INSERT INTO entry VALUES (0, 7, 'x'), ('y', NULL, NULL)",
        "UPDATE log SET origin = 'a' || char(155) || '2J' || char(8238)",
    ])
    func aDatabaseOfAnotherMakeIsNotSoundForBoth(_ statements: String) async throws {
        let copy = try log.copy("hostile.sqlite")
        try SampleLog.edit(copy) { db in
            try db.execute(sql: "PRAGMA writable_schema = OFF")
            try db.execute(sql: statements)
        }
        expectClean(try await PythonVerifier.run("log", copy))
        #expect(try await SampleLog.verify(copy).isSound == false)
    }
}
