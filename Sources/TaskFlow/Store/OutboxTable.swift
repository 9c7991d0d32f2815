// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore
import Timekeeping

/// The statements on `outbox` and `handoff_abort` that more than one operation uses.
enum OutboxTable {
    static func insert(
        _ reply: Data,
        for id: InboxID,
        _ kind: ReplyID.Kind = .decision,
        milliseconds: Int64,
        in db: Database
    ) throws -> ReplyID {
        try db.cachedStatement(sql: "INSERT INTO \(kind.table) (inbox_id, reply, next_attempt_ms) VALUES (?, ?, ?)")
            .execute(arguments: [id.rawValue, reply, milliseconds])
        let reply = ReplyID(db.lastInsertedRowID, kind)
        try updateChecksum(reply, in: db)
        try RowCounts.change(kind.table, in: db)
        return reply
    }

    /// Changes columns of a reply that waits, and the row's checksum; false if it doesn't wait.
    static func updatePending(
        _ id: ReplyID,
        _ assignments: String,
        _ arguments: StatementArguments = StatementArguments(),
        in db: Database
    ) throws -> Bool {
        let table = id.kind.table
        try db.cachedStatement(sql: "UPDATE \(table) SET \(assignments) WHERE id = ? AND state = 'pending'")
            .execute(arguments: arguments + [id.rawValue])
        guard db.changesCount == 1 else {
            let known = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT 1 FROM \(table) WHERE id = ?"),
                arguments: [id.rawValue]
            )
            guard known != nil else { throw StoreError(.unknownRow, "There is no reply \(id) in the outbox.") }
            return false
        }
        try updateChecksum(id, in: db)
        return true
    }

    /// Makes the reply to a message wait again, and what its modeller was told at the end of the task; nil if it has none.
    static func renew(_ id: InboxID, milliseconds: Int64, in db: Database) throws -> ReplyID? {
        let abort = try Int64.fetchOne(
            db,
            sql: """
                UPDATE handoff_abort SET state = 'pending', attempts = 0, next_attempt_ms = ?
                WHERE inbox_id = ? AND reply <> x'' RETURNING id
                """,
            arguments: [milliseconds, id.rawValue]
        )
        if let abort { try updateChecksum(ReplyID(abort, .abort), in: db) }
        let reply = try Int64.fetchOne(
            db,
            sql: """
                UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_ms = ? WHERE inbox_id = ? RETURNING id
                """,
            arguments: [milliseconds, id.rawValue]
        ).map { ReplyID($0) }
        if let reply { try updateChecksum(reply, in: db) }
        return reply
    }

    static func updateChecksum(_ id: ReplyID, in db: Database) throws {
        let checksum = (id.kind == .decision ? TaskTables.outbox : TaskTables.handoffAbort).checksum
        try db.cachedStatement(sql: "UPDATE \(id.kind.table) SET seal = \(checksum) WHERE id = ?")
            .execute(arguments: [id.rawValue])
    }

    /// What waits to be sent. The end of a task waits until nothing else for its modeller does.
    static func pending(limit: Int, in db: Database) throws -> [PendingReply] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT 'decision' AS kind, outbox.id, inbox_id, reply, attempts, next_attempt_ms, inbox.done_ms
                FROM outbox JOIN inbox ON inbox.id = inbox_id WHERE outbox.state = 'pending'
                UNION ALL
                SELECT 'abort', ended.id, ended.inbox_id, ended.reply, ended.attempts, ended.next_attempt_ms, finished_ms
                FROM handoff_abort AS ended JOIN handoff USING (inbox_id) WHERE ended.state = 'pending'
                    AND NOT EXISTS (
                        SELECT 1 FROM outbox WHERE outbox.inbox_id = ended.inbox_id AND outbox.state = 'pending'
                    )
                ORDER BY next_attempt_ms, id LIMIT ?
                """,
            arguments: [limit]
        )
        var found: [PendingReply] = []
        while let row = try rows.next() {
            found.append(
                PendingReply(
                    id: ReplyID(row["id"], row["kind"] == "abort" ? .abort : .decision),
                    inboxID: InboxID(row["inbox_id"]),
                    reply: StoredReply(bytes: Array(row["reply"] as Data)),
                    attempts: row["attempts"],
                    nextAttempt: ISO8601.date(milliseconds: row["next_attempt_ms"]),
                    // Only a damaged message lacks it.
                    decidedAt: ISO8601.date(milliseconds: row["done_ms"] as Int64? ?? row["next_attempt_ms"])
                )
            )
        }
        return found
    }
}
