// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// Both verifiers on the same logs: ours, and the one that was written from the format alone.
@Suite struct EvidenceTests {
    let log: SampleLog
    let keys: [NoteVerifierKey]

    init() async throws {
        log = try await SampleLog()
        let reader = try AgentStore.reader(log.path)
        keys = try await reader.keys().map(\.key)
        try reader.close()
    }

    @Test func aBundleOfTheWholeLogHolds() async throws {
        let directory = try await bundle(AuditQuery())
        let saved = try await save(checkpoint: 101)
        let result = try await PythonVerifier.run(
            "bundle",
            directory.path,
            "--key",
            keys[0].description,
            "--checkpoint",
            saved
        )
        #expect(result.code == 0, "\(result.output)")
        let lines = try String(contentsOf: directory.appending(path: "entries.jsonl"), encoding: .utf8)
        let manifest = try JSONDecoder().decode(
            EvidenceManifest.self,
            from: Data(contentsOf: directory.appending(path: "bundle.json"))
        )
        #expect(manifest.entries == Int64(lines.split(separator: "\n").count))
        #expect(manifest.first == 0)
        #expect(
            try String(contentsOf: directory.appending(path: "README.md"), encoding: .utf8).contains(manifest.origin)
        )
    }

    @Test(arguments: [
        AuditQuery(sequences: 100..<400), AuditQuery(sequences: 255..<256), AuditQuery(modeller: "modeller-1"),
        AuditQuery(decision: .reject),
        AuditQuery(from: Date(timeIntervalSince1970: 1_763_780_405), until: Date(timeIntervalSince1970: 1_763_780_407)),
        AuditQuery(types: [.accessDecision], sequences: 0..<300),
    ])
    func aBundleOfAPartHolds(_ query: AuditQuery) async throws {
        let directory = try await bundle(query)
        for key in keys {
            let result = try await PythonVerifier.run("bundle", directory.path, "--key", key.description)
            #expect(result.code == 0, "\(result.output)")
        }
        let stranger = try NoteSigner.generate(name: keys[0].name).verifierKey
        let result = try await PythonVerifier.run("bundle", directory.path, "--key", stranger.description)
        #expect(result.code == 1, "\(result.output)")
    }

    @Test(arguments: [AuditQuery(sequences: 200..<300), AuditQuery(decision: .reject)])
    func anyFileThatIsTamperedWithIsFound(_ query: AuditQuery) async throws {
        let directory = try await bundle(query)
        var generator = SeededGenerator(seed: 31)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0 != "README.md" }
            .sorted()
        #expect(names.count == 7)
        for name in names {
            let file = directory.appending(path: name)
            let content = try Data(contentsOf: file)
            for _ in 0..<4 {
                var changed = content
                changed[Int.random(in: 0..<content.count, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<7, using: &generator)
                try changed.write(to: file)
                let result = try await PythonVerifier.run("bundle", directory.path, "--key", keys[0].description)
                #expect(result.code == 1, "\(name): \(result.output)")
            }
            let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
            if name.hasSuffix(".jsonl") {
                let shorter = Data(lines.dropFirst().joined(separator: [0x0A]))
                try shorter.write(to: file)
                let result = try await PythonVerifier.run("bundle", directory.path, "--key", keys[0].description)
                #expect(result.code == 1, "\(name) without its first line: \(result.output)")
            }
            try FileManager.default.removeItem(at: file)
            let missing = try await PythonVerifier.run("bundle", directory.path, "--key", keys[0].description)
            #expect(missing.code == 74, "\(name) missing: \(missing.output)")
            try content.write(to: file)
        }
        let intact = try await PythonVerifier.run("bundle", directory.path, "--key", keys[0].description)
        #expect(intact.code == 0, "\(intact.output)")
    }

    @Test func aLogMadeUpWithAStolenKeyDoesNotLeadBackToTheFirstKey() async throws {
        // Whoever steals today's key can make a new log that claims to go back to the first key. What is missing is that
        // key's signature under the change of keys.
        let directory = try await bundle(AuditQuery(sequences: 300..<400))
        let file = directory.appending(path: "keys-proofs.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let thief = try #require(try AuditKeyFiles(directory: log.signing.keyDirectory).loadCurrent())
        var second = try #require(try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
        let old = try SignedCheckpoint((second["checkpoint"] as? String ?? "").utf8)
        second["checkpoint"] = String(decoding: try thief.sign(old.note.text).bytes, as: UTF8.self)
        let forged = try JSONSerialization.data(withJSONObject: second)
        try Data("\(lines[0])\n\(String(decoding: forged, as: UTF8.self))\n".utf8).write(to: file)
        let result = try await PythonVerifier.run("bundle", directory.path, "--key", keys[0].description)
        #expect(result.code == 1, "\(result.output)")
    }

    @Test func bothVerifiersAgreeOnTheDatabase() async throws {
        let saved = try await save(checkpoint: 201)
        let result = try await PythonVerifier.run("log", log.path, "--key", keys[1].description, "--checkpoint", saved)
        #expect(result.code == 0, "\(result.output)")
        let changes = [
            "UPDATE entry SET body = replace(body, '\"boot\"', '\"Boot\"') WHERE seq = 40",
            "DELETE FROM entry WHERE seq = 300",
            "DELETE FROM entry WHERE seq > 600", "UPDATE entry SET leaf = zeroblob(32) WHERE seq = 699",
            "UPDATE tile SET root = zeroblob(32) WHERE idx = 1", "DELETE FROM tile WHERE idx = 0",
            "UPDATE checkpoint SET note = replace(note, char(10) || '101' || char(10), '/') WHERE size = 101",
            "UPDATE checkpoint SET size = size + 1 WHERE size = 101",
            "DELETE FROM signer", "UPDATE signer SET seq = 5 WHERE seq > 0", "UPDATE log SET origin = 'x/y/z/audit'",
            "DELETE FROM log",
            "INSERT INTO tile SELECT 5, idx, root, hashes FROM tile WHERE idx = 0",
        ]
        for (number, change) in changes.enumerated() {
            let copy = try log.copy("change-\(number).sqlite")
            try SampleLog.edit(copy) { try $0.execute(sql: change) }
            #expect(try await SampleLog.verify(copy).isSound == false, "\(change)")
            let result = try await PythonVerifier.run("log", copy)
            #expect(result.code == 1, "\(change): \(result.output)")
        }
    }

    @Test func aRollbackIsFoundByBoth() async throws {
        let saved = try await save(checkpoint: nil)
        let copy = try log.copy("old.sqlite")
        try SampleLog.edit(copy) { db in
            try db.execute(sql: "DELETE FROM entry WHERE seq >= 512; DELETE FROM checkpoint WHERE size > 512")
        }
        let result = try await PythonVerifier.run("log", copy, "--checkpoint", saved)
        #expect(result.code == 1, "\(result.output)")
    }

    @Test func singleProofsHoldForBoth() async throws {
        let reader = try AgentStore.reader(log.path)
        let (line, proof) = try await reader.prove(33)
        let growth = try await reader.proveGrowth(from: 101)
        let old = try await save(checkpoint: 101)
        try reader.close()
        let files = ["line", "entry.tlog-proof", "growth"].map { log.directory.path($0) }
        for (file, content) in zip(files, [line, proof.bytes, growth.bytes]) {
            try Data(content).write(to: URL(filePath: file))
        }
        var result = try await PythonVerifier.run("entry", files[0], files[1], "--key", keys[1].description)
        #expect(result.code == 0, "\(result.output)")
        result = try await PythonVerifier.run("entry", files[0], files[1], "--key", keys[0].description)
        #expect(result.code == 1, "\(result.output)")
        result = try await PythonVerifier.run(
            "growth",
            old,
            files[2],
            "--key",
            keys[1].description,
            "--old-key",
            keys[0].description
        )
        #expect(result.code == 0, "\(result.output)")
        try Data(line.dropLast()).write(to: URL(filePath: files[0]))
        result = try await PythonVerifier.run("entry", files[0], files[1], "--key", keys[1].description)
        #expect(result.code == 1, "\(result.output)")
        result = try await PythonVerifier.run("log", log.directory.path("nowhere.sqlite"))
        #expect(result.code == 74, "\(result.output)")
        result = try await PythonVerifier.run("dance")
        #expect(result.code == 64, "\(result.output)")
    }

    @Test func archivesHoldForBoth() async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let archives = log.directory.path("archives")
        let segment = try #require(try await store.archive(before: .distantFuture, to: URL(filePath: archives)))
        try await store.append(AuditEntry(.agentStop))
        try await store.close()
        var result = try await PythonVerifier.run("log", log.path, "--archives", archives)
        #expect(result.code == 0, "\(result.output)")
        result = try await PythonVerifier.run(
            "bundle",
            "\(archives)/\(segment.directory)",
            "--key",
            keys[0].description
        )
        #expect(result.code == 0, "\(result.output)")
        result = try await PythonVerifier.run("log", log.path)
        #expect(result.code == 0, "\(result.output)")
        let file = "\(archives)/\(segment.directory)/entries.jsonl"
        var content = try Data(contentsOf: URL(filePath: file))
        content[5_000] ^= 1
        try content.write(to: URL(filePath: file))
        result = try await PythonVerifier.run("log", log.path, "--archives", archives)
        #expect(result.code == 1, "\(result.output)")
    }

    @Test func nothingIsWrittenOver() async throws {
        let directory = try await bundle(AuditQuery(sequences: 0..<10))
        let reader = try AgentStore.reader(log.path)
        await #expect(throws: StoreError(.inaccessible, "")) {
            try await reader.writeEvidence(AuditQuery(), to: directory)
        }
        await #expect(throws: StoreError(.unknownRow, "")) {
            try await reader.writeEvidence(
                AuditQuery(modeller: "nobody"),
                to: URL(filePath: log.directory.path("none"))
            )
        }
        try reader.close()
    }

    private func bundle(_ query: AuditQuery) async throws -> URL {
        let directory = URL(filePath: log.directory.path("bundle-\(UUID().uuidString)"))
        let reader = try AgentStore.reader(log.path)
        try await reader.writeEvidence(query, to: directory)
        try reader.close()
        return directory
    }

    /// Saves a checkpoint to a file, as an auditor would keep it; the newest if no size is given.
    private func save(checkpoint size: Int64?) async throws -> String {
        let reader = try AgentStore.reader(log.path)
        let signed = try #require(try await reader.checkpoint(size: size))
        try reader.close()
        let file = log.directory.path("checkpoint-\(signed.checkpoint.size)")
        try Data(signed.bytes).write(to: URL(filePath: file))
        return file
    }
}
