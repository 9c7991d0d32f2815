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

@Suite struct VerificationTests {
    @Test func anUntouchedLogIsSound() async throws {
        let log = try await SampleLog()
        let report = try await SampleLog.verify(log.path)
        #expect(report.findings == [])
        #expect(report.isSound)
        #expect(report.entries >= 700)
        #expect(report.signedEntries == report.entries)
        #expect(report.keys.count == 2)
        #expect(report.checkpoints >= 8)
        #expect(report.origin?.hasPrefix("alice/hospital/") == true)
    }

    @Test func anEmptyAndAnUnsignedLogAreSound() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("agent.sqlite")
        let store = try AgentStore(path: path)
        var report = try await SampleLog.verify(path)
        #expect(report.isSound)
        #expect(report.root == .emptyTree)
        try await store.append(AuditEntry(.agentStart))
        report = try await SampleLog.verify(path)
        #expect(report.findings == [])
        #expect(report.entries == 1)
        #expect(report.signedEntries == 0)
        try await store.close()
    }

    @Test func aLogIsVerifiedWhileItGrows() async throws {
        let log = try await SampleLog(entries: 300)
        let store = try AgentStore(path: log.path)
        try await store.startSigning(log.signing)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<400 { try await store.append(.received(task: "more-\(index)")) }
            }
            for _ in 0..<3 { #expect(try await SampleLog.verify(log.path).findings == []) }
            try await group.waitForAll()
        }
        try await store.close()
        #expect(try await SampleLog.verify(log.path).findings == [])
    }

    @Test func checkpointsFromElsewhereAreBeginningsOfTheLog() async throws {
        let log = try await SampleLog()
        let all = try await checkpoints(log.path)
        #expect(all.count >= 8)
        let report = try await SampleLog.verify(log.path, VerificationRequest(checkpoints: all))
        #expect(report.findings == [])
        #expect(report.knownCheckpoints == all.count)
    }

    @Test func aRollbackIsFoundWithACheckpointFromElsewhere() async throws {
        let log = try await SampleLog(entries: 300)
        let backup = try log.copy("backup.sqlite")
        let store = try AgentStore(path: log.path)
        try await store.startSigning(log.signing)
        try await store.append(AuditEntry(.agentStop))
        let newest = try #require(try await store.checkpoint())
        try await store.close()
        #expect(try await SampleLog.verify(backup).isSound)
        let report = try await SampleLog.verify(backup, VerificationRequest(checkpoints: [newest]))
        #expect(report.findings.map(\.part) == [.checkpoint])
        #expect(report.findings.first?.position == newest.checkpoint.size)
    }

    @Test func anotherLogOrAForgedCheckpointFromElsewhereIsFound() async throws {
        let log = try await SampleLog(entries: 300)
        let other = try await SampleLog(entries: 301)
        let foreign = try #require(try await checkpoints(other.path).last)
        var report = try await SampleLog.verify(log.path, VerificationRequest(checkpoints: [foreign]))
        #expect(report.findings.map(\.part) == [.checkpoint])

        let genuine = try #require(try await checkpoints(log.path).first)
        let forger = try NoteSigner.generate(name: genuine.checkpoint.origin)
        let forged = try SignedCheckpoint(forger.sign(genuine.checkpoint.text))
        report = try await SampleLog.verify(log.path, VerificationRequest(checkpoints: [forged]))
        #expect(report.findings.map(\.part) == [.checkpoint])

        report = try await SampleLog.verify(log.path, VerificationRequest(key: forger.verifierKey))
        #expect(report.findings.map(\.part) == [.key])
        let keys = try await SampleLog.verify(log.path).keys
        report = try await SampleLog.verify(log.path, VerificationRequest(key: keys.first))
        #expect(report.isSound)
    }

    @Test func aRewriteWithTodaysKeyIsFoundFromTheLastChangeOfKeysBackwards() async throws {
        // Root and the current key can rewrite what came after the last rotation, but not what came before.
        let log = try await SampleLog()
        let path = try log.copy("rewritten.sqlite")
        let store = try AgentStore(path: log.path)
        try await store.startSigning(log.signing)
        let files = AuditKeyFiles(directory: log.signing.keyDirectory)
        let thief = try #require(try files.loadCurrent())
        try await store.close()
        try SampleLog.edit(path) { db in
            var body = try String.fetchOne(db, sql: "SELECT body FROM entry WHERE seq = 5") ?? ""
            body = body.replacing("modeller-", with: "nobody-")
            var hasher = TreeHasher()
            try db.execute(
                sql: "UPDATE entry SET body = ?, leaf = ? WHERE seq = 5",
                arguments: [body, hasher.leaf(Array(body.utf8)).bytes.data]
            )
            try Self.rebuild(db, resigning: thief)
        }
        let report = try await SampleLog.verify(path)
        #expect(!report.isSound)
        #expect(report.findings.allSatisfy { $0.part == .checkpoint })
        #expect(report.findings.map { $0.position ?? 0 }.max() ?? 0 <= 300)
    }

    /// Makes tiles, index and checkpoints fit the entries again.
    static func rebuild(_ db: Database, resigning signer: NoteSigner) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT body FROM entry ORDER BY seq")
        let sizes = try Int64.fetchAll(db, sql: "SELECT size FROM checkpoint")
        try db.execute(sql: "DELETE FROM tile; DELETE FROM segment")
        var tree = MerkleTree()
        var segment = Segment()
        var hasher = TreeHasher()
        for row in rows {
            let body = Array((row[0] as String).utf8)
            body.withUnsafeBytes { line in
                if let fields = LineFields(line), let milliseconds = fields.milliseconds {
                    segment.add(milliseconds: milliseconds, tokens: fields.tokens)
                }
            }
            let leaf = hasher.leaf(body)
            try tree.append(leaf, hasher: &hasher) { try TileTable.insert($0, in: db) }
            if tree.size.isMultiple(of: 256) {
                try SegmentTable.insert(segment, index: tree.size / 256 - 1, in: db)
                segment = Segment()
            }
            guard sizes.contains(tree.size) else { continue }
            let root = tree.root(hasher: &hasher)
            let checkpoint = Checkpoint(origin: signer.verifierKey.name, size: tree.size, root: root)
            let note = String(decoding: try signer.sign(checkpoint.text).bytes, as: UTF8.self)
            try db.execute(sql: "UPDATE checkpoint SET note = ? WHERE size = ?", arguments: [note, tree.size])
        }
    }

    private func checkpoints(_ path: String) async throws -> [SignedCheckpoint] {
        let reader = try AgentStore.reader(path)
        let notes = try await reader.read("test") {
            try String.fetchAll($0, sql: "SELECT note FROM checkpoint ORDER BY size")
        }
        try reader.close()
        return try notes.map { try SignedCheckpoint($0.utf8) }
    }
}
