// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import GRDB
import StateStore

/// The statements on `handoff`: which accepted tasks a runner got, and which of these have ended.
///
/// A task is never run twice: its row goes from `accepted` to `running` to `finished`, and never back.
enum HandoffTable {
    /// - Parameter abort: What the modeller is sent if the agent ends before the task does.
    static func insert(_ id: InboxID, abort: Data, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO handoff (inbox_id, abort) VALUES (?, ?)")
            .execute(arguments: [id.rawValue, abort])
        try updateChecksum(id, in: db)
        try RowCounts.change("handoff", in: db)
    }

    /// Goes from one state to the next.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the task is not in the state before.
    static func begin(_ id: InboxID, milliseconds: Int64, in db: Database) throws {
        try change(
            id,
            "state = 'running', started_ms = ?",
            [milliseconds],
            from: "'accepted'",
            in: db
        )
    }

    /// Ends the task. The abort that a crash would have needed is not kept: it names the modeller.
    static func finish(_ id: InboxID, milliseconds: Int64, in db: Database) throws {
        try change(
            id,
            "state = 'finished', finished_ms = ?, abort = x''",
            [milliseconds],
            from: "'accepted', 'running'",
            in: db
        )
    }

    /// Removes the bytes of aborts that don't wait and whose tasks ended before a moment.
    ///
    /// - Returns: How many were removed.
    static func pruneAborts(endedBefore horizon: Int64, limit: Int, in db: Database) throws -> Int {
        let ids = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM handoff_abort JOIN handoff USING (inbox_id)
                WHERE handoff_abort.state <> 'pending' AND reply <> x'' AND finished_ms < ? LIMIT ?
                """,
            arguments: [horizon, limit]
        )
        for id in ids {
            try db.cachedStatement(sql: "UPDATE handoff_abort SET reply = x'' WHERE id = ?").execute(arguments: [id])
            try OutboxTable.updateChecksum(ReplyID(id, .abort), in: db)
        }
        return ids.count
    }

    private static func change(
        _ id: InboxID,
        _ assignments: String,
        _ arguments: StatementArguments,
        from states: String,
        in db: Database
    ) throws {
        try db.cachedStatement(sql: "UPDATE handoff SET \(assignments) WHERE inbox_id = ? AND state IN (\(states))")
            .execute(arguments: arguments + [id.rawValue])
        guard db.changesCount == 1 else {
            throw StoreError(.alreadyDecided, "The task of message \(id) can't be run, or has ended.")
        }
        try updateChecksum(id, in: db)
    }

    private static func updateChecksum(_ id: InboxID, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE handoff SET seal = \(TaskTables.handoff.checksum) WHERE inbox_id = ?")
            .execute(arguments: [id.rawValue])
    }

    static func unfinished(in db: Database) throws -> [InterruptedRun] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT handoff.inbox_id, abort, task.task_id, target, sender
                FROM handoff LEFT JOIN task ON task.inbox_id = handoff.inbox_id
                    LEFT JOIN inbox ON inbox.id = handoff.inbox_id
                WHERE handoff.state <> 'finished' ORDER BY handoff.inbox_id
                """
        )
        var found: [InterruptedRun] = []
        while let row = try rows.next() {
            found.append(
                InterruptedRun(
                    id: InboxID(row["inbox_id"]),
                    task: row["task_id"],
                    target: row["target"],
                    modeller: row["sender"],
                    abort: StoredReply(bytes: Array(row["abort"] as Data))
                )
            )
        }
        return found
    }
}

/// An accepted task that had not ended when the agent did.
struct InterruptedRun: Sendable, Hashable {
    let id: InboxID
    let task: String?
    let target: String?
    let modeller: String?
    /// What the modeller is sent, sealed when the task was accepted.
    let abort: StoredReply
}

extension TaskStore {
    /// Notes that a runner gets the task now, and records `entry`.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the task was given to a runner before.
    func beginRun(_ id: InboxID, entry: AuditEntry) async throws(StoreError) {
        let draft = log.draft(entry)
        let now = log.environment.milliseconds
        try await log.write { transaction in
            try HandoffTable.begin(id, milliseconds: now, in: transaction.db)
            _ = try transaction.record(draft)
        }
    }

    /// Notes that the task has ended, records `entry`, and puts what the modeller is told into the outbox: all of it or nothing.
    ///
    /// - Parameter abort: What the modeller is told; `nil` if it needs to be told nothing.
    /// - Returns: The reply in the outbox, if there is one.
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the task had ended before.
    func finishRun(_ id: InboxID, entry: AuditEntry, abort: StoredReply?) async throws(StoreError) -> ReplyID? {
        var entry = entry
        if let abort { entry.reference = entry.reference ?? abort.entryReference }
        let draft = log.draft(entry)
        let bytes = abort.map { Data($0.bytes) }
        let now = log.environment.milliseconds
        return try await log.write { transaction in
            try HandoffTable.finish(id, milliseconds: now, in: transaction.db)
            _ = try transaction.record(draft)
            return try bytes.map {
                try OutboxTable.insert($0, for: id, .abort, milliseconds: now, in: transaction.db)
            }
        }
    }

    /// The accepted tasks that had not ended when the agent did, oldest first.
    func interruptedRuns() async throws(StoreError) -> [InterruptedRun] {
        try await log.store.read("unfinished runs were being read") { try HandoffTable.unfinished(in: $0) }
    }
}
