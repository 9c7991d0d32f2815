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

/// A feature of a later version.
private struct Novelty: StateComponent {
    let version: Int
    var fails = false

    var steps: [SchemaStep] {
        let table = "CREATE TABLE novelty (x INTEGER) STRICT;"
        return [SchemaStep(version, fails ? table + "INSERT INTO nowhere VALUES (1)" : table)]
    }

    let checkedTables: [CheckedTable] = []
    let countedTables: [CountedTable] = []
}

@Suite struct SchemaMigratorTests {
    @Test func anOlderFileIsBackedUpAndBroughtUpToDate() async throws {
        let directory = try TemporaryDirectory()
        let file = StoreFile(path: directory.path("agent.sqlite"))
        let store = try AgentStore(path: file.path)
        try await store.append(AuditEntry(.agentStart))
        try await store.close()

        let plan = AuditLog.plan(AgentStore.features)
        let version = plan.currentVersion
        let next = SchemaPlan(plan.components + [Novelty(version: version + 1)])
        let queue = try StoreConnection.writer(file)
        try SchemaMigrator(file: file, plan: next).migrate(queue)
        #expect(try await queue.read { try $0.tableExists("novelty") })
        #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version + 1)
        try queue.close()

        let backup = file.backupPath(version: version)
        #expect(try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int == 0o600)
        let restored = try AgentStore(path: backup)
        #expect(try await restored.entries().collected().map(\.entry.type) == [.agentStart])
        try await restored.close()
        #expect(throws: StoreError(.newerSchema, "")) { try AgentStore(path: file.path) }
    }

    @Test func aStepThatFailsLeavesTheOldVersion() async throws {
        let directory = try TemporaryDirectory()
        let file = StoreFile(path: directory.path("agent.sqlite"))
        try await AgentStore(path: file.path).close()
        let plan = AuditLog.plan(AgentStore.features)
        let next = SchemaPlan(plan.components + [Novelty(version: plan.currentVersion + 1, fails: true)])
        let queue = try StoreConnection.writer(file)
        #expect(throws: StoreError.self) { try SchemaMigrator(file: file, plan: next).migrate(queue) }
        try queue.close()
        let store = try AgentStore(path: file.path)
        try await store.append(AuditEntry(.agentStart))
        try await store.close()
    }

    @Test func plainEntriesBecomeATreeAndTasksAreKept() async throws {
        let directory = try TemporaryDirectory()
        let original = try AgentStore(path: directory.path("original.sqlite"))
        let inbox = try await original.tasks.receive(.sample("a"))
        let hash = String(repeating: "ab", count: 32)
        _ = try await original.tasks.claim(
            inbox.id,
            taskID: "task-a",
            target: "alice/heart-data",
            requestSHA256: hash,
            entry: .received(task: "task-a")
        )
        let reply = StoredReply.sample("reply")
        let decision = try await original.tasks.decide(inbox.id, entry: .decided(.accept, task: "task-a"), reply: reply)
        for _ in 0..<300 { try await original.append(AuditEntry(.hubLost)) }
        let entries = try await original.entries().collected()
        try await original.close()

        let file = StoreFile(path: directory.path("plain.sqlite"))
        let plain = try StoreConnection.writer(file)
        try await plain.write { try AuditLog.plan(AgentStore.features).run(1, in: $0) }
        try await plain.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    ATTACH ? AS original;
                    INSERT INTO entry SELECT seq, body FROM original.entry;
                    INSERT INTO entry_index SELECT seq, 0, 'any', NULL, NULL, NULL, NULL FROM original.entry;
                    INSERT INTO inbox SELECT id, receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256,
                        received_ms, acknowledged, state, done_seq, done_ms FROM original.inbox;
                    INSERT INTO task SELECT inbox_id, task_id, target, request_sha256, received_seq FROM original.task;
                    INSERT INTO outbox SELECT id, inbox_id, reply, state, attempts, next_attempt_ms FROM original.outbox;
                    DETACH original;
                    """,
                arguments: [directory.path("original.sqlite")]
            )
        }
        try plain.close()

        let migrated = try AgentStore(path: file.path)
        #expect(try await migrated.entries().collected() == entries)
        #expect(try await migrated.tasks.pendingReplies().map(\.id) == [#require(decision.reply)])
        let second = try await migrated.tasks.receive(.sample("b"))
        let claim = try await migrated.tasks.claim(
            second.id,
            taskID: "task-b",
            target: "alice/heart-data",
            requestSHA256: hash,
            entry: .received(task: "task-b")
        )
        #expect(claim == .replayedRequest)
        let signing = AuditSigning(logOwner: "alice/a", keyDirectory: URL(filePath: directory.path("keys")))
        let signed = try #require(try await migrated.startSigning(signing))
        try await migrated.close()
        let reader = try AgentStore.reader(file.path)
        let leaves = try await reader.entries().collected().map(\.body)
        #expect(signed.checkpoint.size == Int64(leaves.count))
        #expect(signed.checkpoint.root.bytes == ReferenceTree.root(leaves[...]))
        try reader.close()
    }
}
