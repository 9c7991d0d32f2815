// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import TaskFlow

/// A log with some of everything: several keys, checkpoints and tiles, messages in every state.
package struct SampleLog {
    let directory: TemporaryDirectory
    let clock = TestEnvironment()
    var path: String { directory.path("agent.sqlite") }
    var signing: AuditSigning {
        var signing = AuditSigning(logOwner: "alice/hospital", keyDirectory: URL(filePath: directory.path("keys")))
        signing.entries = 100
        return signing
    }

    /// A log with at least so many entries, in a directory of its own.
    init(entries: Int = 700) async throws {
        try await self.init(.tasks(entries))
    }

    /// A log of which the content is about so much.
    init(_ content: Content) async throws {
        let original = try await Originals.shared.log(content)
        directory = try TemporaryDirectory()
        try FileManager.default.removeItem(atPath: directory.path)
        try FileManager.default.copyItem(atPath: original.directory.path, toPath: directory.path)
    }

    /// What a log is about.
    enum Content: Hashable {
        /// Tasks, with at least so many entries.
        case tasks(Int)
        /// What the tables hold that other logs leave empty, see ``makeOther()``.
        case other
    }

    /// Logs that were made once, to be copied.
    private actor Originals {
        static let shared = Originals()
        private var logs: [Content: Task<SampleLog, any Error>] = [:]

        func log(_ content: Content) async throws -> SampleLog {
            // Unstructured, because all tests that want this log wait for the one that makes it.
            let making =
                logs[content]
                ?? Task {
                    switch content {
                    case .tasks(let entries): try await SampleLog(making: entries)
                    case .other: try await SampleLog.makeOther()
                    }
                }
            logs[content] = making
            return try await making.value
        }
    }

    init(empty: Void) throws {
        directory = try TemporaryDirectory()
    }

    private init(making entries: Int) async throws {
        directory = try TemporaryDirectory()
        let store = try AgentStore(path: path, environment: clock.environment)
        try await store.startSigning(signing)
        // As the daemon tells of the pod's own key, which is none of the log's.
        var podKey = AuditEntry(.keyCreated)
        podKey.reference = "sha256:00"
        try await store.append(podKey)
        _ = try await store.tasks.noteKey(String(repeating: "00", count: 32))
        try await Self.work(store, clock, entries: entries)
        try await store.checkpoint()
        try await store.close()
    }

    static func work(_ store: AgentStore, _ clock: TestEnvironment, entries: Int) async throws {
        var turn = 0
        while store.health.entries < entries {
            turn += 1
            clock.advance(milliseconds: 40)
            let task = "task-\(turn)"
            let id = try await store.tasks.receive(.sample("payload-\(turn)")).id
            if turn.isMultiple(of: 7) {
                try await store.tasks.drop(id, entry: AuditEntry(.taskMalformed))
                continue
            }
            _ = try await store.tasks.claim(
                id,
                taskID: task,
                target: "alice/heart-data",
                requestSHA256: "hash-\(turn)",
                entry: .received(task: task, modeller: "modeller-\(turn % 5)")
            )
            if turn.isMultiple(of: 5) {
                try await store.tasks.beginIdentity(id, entry: AuditEntry(.identityChallenged))
            }
            if turn.isMultiple(of: 11) {
                try await store.tasks.noteAttempt(id)
                continue
            }
            let reply = turn.isMultiple(of: 13) ? nil : StoredReply.sample("reply-\(turn)")
            let decision: AuditEntry.Decision = turn.isMultiple(of: 2) ? .accept : .reject
            let record = try await store.tasks.decide(
                id,
                entry: .decided(decision, task: task),
                reply: reply,
                provingTask: decision == .accept
            )
            if let reply = record.reply, turn.isMultiple(of: 3) {
                try await store.tasks.markSent(reply, entry: AuditEntry(.replySent))
            }
            if turn == 90 { try await store.rotateKey() }
        }
    }

    /// A copy of the database file, to be spoilt.
    func copy(_ name: String) throws -> String {
        let target = directory.path(name)
        try FileManager.default.copyItem(atPath: path, toPath: target)
        return target
    }

    /// Edits a database as someone with root's rights would: without triggers, checks or foreign keys.
    static func edit(_ path: String, _ body: (Database) throws -> Void) throws {
        try open(path) { db in try withoutTriggers(db) { try body(db) } }
    }

    /// Opens a database for such edits.
    static func open(_ path: String, _ body: (Database) throws -> Void) throws {
        var configuration = StoreConnection.shared()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try body(db)
        }
        try queue.close()
    }

    static func withoutTriggers(_ db: Database, _ body: () throws -> Void) throws {
        let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
        try body()
        for trigger in triggers { try db.execute(sql: trigger["sql"]) }
    }

    static func verify(_ path: String, _ request: VerificationRequest = .init()) async throws -> VerificationReport {
        let reader = try AgentStore.reader(path)
        let report = try await reader.verify(request)
        try reader.close()
        return report
    }
}
