// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import GRDB
import StateStore
import TestSupport
import Testing

@testable import AgentDaemon
@testable import FlameNode
@testable import TaskFlow

/// What an agent of the version before wrote, opened by this one. `Fixtures/state-v5/README.md` says what is in it.
@Suite("A state of database version 5") struct FormerStateTests {
    private static let former = Bundle.module.bundleURL.appending(path: "Fixtures/state-v5")
    private static let name = "agent.sqlite"

    private let directory: TemporaryDirectory
    private var database: String { directory.file(Self.name).path }
    private var signing: AuditSigning {
        AuditSigning(logOwner: "acme/hospital-a", keyDirectory: directory.file("audit"))
    }

    /// Copies the state, with the rights that the agent gives its files.
    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            at: directory.file("audit"),
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        for name in [Self.name, "audit/audit.key", "audit/audit.checkpoint"] {
            try Data(contentsOf: Self.former.appending(path: "state/\(name)")).write(to: directory.file(name))
            chmod(directory.file(name).path, 0o600)
        }
    }

    private func open(_ path: String? = nil) throws -> AuditLog {
        try AuditLog(path: path ?? database, features: AgentState.features)
    }

    private func checkpoint(_ name: String) throws -> SignedCheckpoint {
        try SignedCheckpoint(Data(contentsOf: Self.former.appending(path: name)))
    }

    /// What the verification says of a state that no agent runs on.
    private func verify(_ request: VerificationRequest = VerificationRequest()) async throws -> VerificationReport {
        let reader = try AuditReader(path: database, features: AgentState.features)
        defer { try? reader.close() }
        return try await reader.verify(request)
    }

    @Test("A reader asks for the agent to be started, and changes nothing")
    func readersDoNotMigrate() throws {
        let before = try Data(contentsOf: directory.file(Self.name))
        #expect(throws: StoreError(.olderSchema, "")) {
            try AuditReader(path: database, features: AgentState.features)
        }
        #expect(try Data(contentsOf: directory.file(Self.name)) == before)
    }

    @Test("It is migrated, and signed on with the same key")
    func isSound() async throws {
        let log = try open()
        try await log.startSigning(signing)
        try await log.append(AuditEntry(.agentStart))
        try await log.checkpoint()
        try await log.close()

        let known = [try checkpoint("checkpoint.txt"), try checkpoint("evidence/checkpoint")]
        let report = try await verify(VerificationRequest(checkpoints: known))
        #expect(report.isSound, "\(report.findings)")
        #expect(report.knownCheckpoints == 2)
        #expect(report.entries == report.signedEntries)
        #expect(report.entries == 419)
        #expect(report.keys.count == 2)
    }

    @Test("The backup beside it is private, and is the state as it was")
    func backup() async throws {
        try await open().close()
        let backup = directory.file("\(Self.name).v5.backup")
        #expect(TemporaryDirectory.mode(backup) == 0o600)
        let version = try await DatabaseQueue(path: backup.path).read { db in
            #expect(try db.tableExists("tally"))
            return try Int.fetchOne(db, sql: "PRAGMA user_version")
        }
        #expect(version == 5)

        try FileManager.default.removeItem(at: directory.file(Self.name))
        try FileManager.default.copyItem(at: backup, to: directory.file(Self.name))
        let restored = try open()
        try await restored.startSigning(signing)
        try await restored.close()
        let report = try await verify()
        #expect(report.isSound, "\(report.findings)")
    }

    @Test("Its tables are those of a new database")
    func schema() async throws {
        let migrated = try open()
        let new = try open(directory.file("new.sqlite").path)
        let objects = try await Self.objects(of: migrated)
        #expect(objects == (try await Self.objects(of: new)))
        #expect(objects.contains { $0.hasPrefix("CREATE TABLE row_count") })
        try await migrated.close()
        try await new.close()
    }

    private static func objects(of log: AuditLog) async throws -> [String] {
        try await log.store.read("the schema was being read") { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' ORDER BY type, name"
            )
        }
    }

    @Test("A checkpoint of before is a beginning of the log")
    func growth() async throws {
        let log = try open()
        try await log.startSigning(signing)
        try await log.append(AuditEntry(.agentStart))
        try await log.checkpoint()
        try await log.close()
        let reader = try AuditReader(path: database, features: AgentState.features)
        defer { try? reader.close() }
        let old = try checkpoint("checkpoint.txt").checkpoint
        let proof = try await reader.proveGrowth(from: old.size)
        #expect(proof.consistency.newSize == 419)
        #expect(proof.holds(for: old))
    }

    @Test("Evidence that was handed out holds, under the key of before and the present one")
    func evidence() async throws {
        try await open().close()
        let reader = try AuditReader(path: database, features: AgentState.features)
        defer { try? reader.close() }
        let keys = try await reader.keys().map(\.key)
        try #require(keys.count == 2)
        for key in keys {
            let bundle = Self.former.appending(path: "evidence").path
            let result = try await PythonVerifier.run("bundle", bundle, "--key", key.description)
            #expect(result.code == 0, "\(result.output)")
        }
        // The log as it is now, read by a program that knows the format alone.
        let saved = Self.former.appending(path: "checkpoint.txt").path
        let result = try await PythonVerifier.run("log", database, "--key", keys[1].description, "--checkpoint", saved)
        #expect(result.code == 0, "\(result.output)")
    }

    @Test("What was claimed is never decided again")
    func claims() async throws {
        let log = try open()
        let tasks = TaskStore(log: log)
        #expect(try await tasks.unfinishedInbox().isEmpty)
        #expect(try await tasks.pendingReplies().isEmpty)
        let known = (
            task: "a010d0ea-6e40-4a51-8991-992cf8943075",
            request: "6420f484fb6a45183752de97b7347b99da93c9bd80cc143807c89ee75eec5c8c"
        )
        let fresh = String(repeating: "ab", count: 32)
        for (task, request, expected) in [
            ("another", known.request, TaskClaim.replayedRequest), (known.task, fresh, .replayedTask),
            ("another", fresh, .replayedRequest), ("another", String(repeating: "cd", count: 32), .fresh),
        ] {
            let message = StoredMessage(
                receiptHandle: "",
                mailboxID: "heart-data",
                taskID: task,
                sender: "alice",
                payload: Array("\(task) \(request)".utf8)
            )
            let receipt = try await tasks.receive(message)
            let claim = try await tasks.claim(
                receipt.id,
                taskID: task,
                target: "acme/heart-data",
                requestSHA256: request,
                entry: AuditEntry(.taskReceived)
            )
            #expect(claim == expected)
        }
        try await log.close()
    }

    @Test("The FLAME node knows its rows, what was consented to, and what ran")
    func flame() async throws {
        let log = try open()
        let reader = FlameStore(log: log).reader
        #expect(try await reader.count(.analysisNode) == 14)
        #expect(try await reader.unreadableRows() == 0)
        let subject = FlameRow.Key(.analysis, "d35f620b-16d6-43f3-8728-202f4ba89bc3")
        let consent = try #require(try await reader.consent(subject))
        #expect(consent.isGranted)
        #expect(consent.by == .operator)
        #expect(try await reader.consents() == [consent])

        let bodies = try await log.store.read("runs were being read") { db in
            try String.fetchAll(db, sql: "SELECT body FROM flame_run")
        }
        let runs = try bodies.map { try FlameRun(stored: $0) }
        #expect(runs.map(\.status) == [.executed])
        #expect(runs.map(\.progress) == [100])
        try await log.close()
    }

    @Test(
        "What was changed by hand before the migration is found after it",
        arguments: [
            "UPDATE tally SET outbox = outbox - 1", "DELETE FROM flame_run", "UPDATE flame_consent SET is_granted = 0",
            "DROP TRIGGER tally_is_never_deleted; DELETE FROM tally",
            "UPDATE tally SET flame_run = flame_run - 1; DELETE FROM flame_run",
        ]
    )
    func tampering(sql: String) async throws {
        let queue = try DatabaseQueue(path: database)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: sql)
            #expect(db.totalChangesCount > 0)
        }
        try queue.close()
        try await open().close()
        #expect(try await verify().isSound == false)
    }
}
