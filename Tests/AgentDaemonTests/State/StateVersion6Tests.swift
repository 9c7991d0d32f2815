// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import GRDB
import StateStore
import TestSupport
import Testing

@testable import AgentDaemon
@testable import TaskFlow

/// What an agent of database version 6 wrote, opened by this one. `Fixtures/state-v6/README.md` says what is in it.
@Suite("A state of database version 6") struct StateVersion6Tests {
    private let directory: TemporaryDirectory
    private var database: String { directory.file("agent.sqlite").path }

    /// Copies the state, with the rights that the agent gives its files.
    init() throws {
        directory = try TemporaryDirectory()
        let former = Bundle.module.bundleURL.appending(path: "Fixtures/state-v6/agent.sqlite")
        try Data(contentsOf: former).write(to: directory.file("agent.sqlite"))
        chmod(database, 0o600)
    }

    private func migrate() async throws {
        try await AuditLog(path: database, features: AgentState.features).close()
    }

    private func findings() async throws -> [String] {
        let reader = try AuditReader(path: database, features: AgentState.features)
        defer { try? reader.close() }
        return try await reader.verify(VerificationRequest()).findings.map(\.description)
    }

    private func query<Value: DatabaseValueConvertible & Sendable>(_ sql: String) async throws -> [Value] {
        try await DatabaseQueue(path: database).read { try Value.fetchAll($0, sql: sql) }
    }

    /// Changes the state as whoever has the file could.
    private func change(_ sql: String) async throws {
        let queue = try DatabaseQueue(path: database)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: sql)
            #expect(db.totalChangesCount > 0)
        }
        try queue.close()
    }

    @Test("It is migrated: messages keep their size, and those that are finished go")
    func sizes() async throws {
        let before: [Int] = try await query("SELECT length(payload) FROM inbox ORDER BY id")
        try await migrate()
        let version: [Int] = try await query("PRAGMA user_version")
        #expect(version.allSatisfy { $0 >= 7 })
        #expect(try await query("SELECT payload_bytes FROM inbox ORDER BY id") == before)
        #expect(try await query("SELECT count(*) FROM inbox WHERE payload IS NOT NULL") == [0])
        #expect(try await findings() == [])
    }

    @Test("A message without a decision stays, and is decided")
    func unfinished() async throws {
        // As an agent that was ended in the middle leaves it; the checksum can't be made here.
        try await change(
            """
            DROP TRIGGER inbox_done_is_final;
            UPDATE inbox SET state = 'received', done_seq = NULL, done_ms = NULL WHERE id = (SELECT max(id) FROM inbox);
            """
        )
        let log = try AuditLog(path: database, features: AgentState.features)
        let tasks = TaskStore(log: log)
        let rows = try await tasks.unfinishedInbox()
        #expect(rows.count == 1)
        #expect(rows.map(\.attempts) == [0])
        let row = try #require(rows.first)
        #expect(try row.content().state == .received)
        try await tasks.noteAttempt(row.id)
        #expect(try await tasks.unfinishedInbox().map(\.attempts) == [1])
        try await tasks.drop(row.id, entry: AuditEntry(.taskMalformed))
        try await log.close()
    }

    @Test(
        "What was changed by hand before the migration is found after it",
        arguments: [
            "UPDATE inbox SET sender = 'mallory' WHERE id = 1", "UPDATE inbox SET payload = NULL WHERE id = 2",
            "UPDATE inbox SET payload = CAST('{}' AS BLOB) WHERE id = 3",
            "UPDATE inbox SET acknowledged = 0 WHERE id = 4",
        ]
    )
    func tampering(sql: String) async throws {
        try await change(sql)
        try await migrate()
        #expect(try await findings().isEmpty == false)
    }
}
