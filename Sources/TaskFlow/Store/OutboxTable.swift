// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore
import Timekeeping

/// The statements on `outbox` that more than one operation uses.
enum OutboxTable {
    static func insert(_ reply: Data, for id: InboxID, milliseconds: Int64, in db: Database) throws -> ReplyID {
        try db.cachedStatement(sql: "INSERT INTO outbox (inbox_id, reply, next_attempt_ms) VALUES (?, ?, ?)")
            .execute(arguments: [id.rawValue, reply, milliseconds])
        let reply = ReplyID(db.lastInsertedRowID)
        try updateChecksum(reply, in: db)
        try RowCounts.change("outbox", in: db)
        return reply
    }

    /// Changes columns of a reply that waits, and the row's checksum; false if it doesn't wait.
    static func updatePending(
        _ id: ReplyID,
        _ assignments: String,
        _ arguments: StatementArguments = StatementArguments(),
        in db: Database
    ) throws -> Bool {
        try db.cachedStatement(sql: "UPDATE outbox SET \(assignments) WHERE id = ? AND state = 'pending'")
            .execute(arguments: arguments + [id.rawValue])
        guard db.changesCount == 1 else {
            let known = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT 1 FROM outbox WHERE id = ?"),
                arguments: [id.rawValue]
            )
            guard known != nil else { throw StoreError(.unknownRow, "There is no reply \(id) in the outbox.") }
            return false
        }
        try updateChecksum(id, in: db)
        return true
    }

    /// Makes the reply to a message wait again; nil if it has none, or none any more.
    static func renew(_ id: InboxID, milliseconds: Int64, in db: Database) throws -> ReplyID? {
        let reply = try Int64.fetchOne(
            db,
            sql: """
                UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_ms = ?
                WHERE inbox_id = ? AND reply <> x'' RETURNING id
                """,
            arguments: [milliseconds, id.rawValue]
        ).map(ReplyID.init)
        if let reply { try updateChecksum(reply, in: db) }
        return reply
    }

    /// Removes the bytes of the reply to a message, if it has one and that doesn't wait.
    static func empty(replyTo id: InboxID, in db: Database) throws {
        let reply = try Int64.fetchOne(
            db,
            sql: "UPDATE outbox SET reply = x'' WHERE inbox_id = ? AND state <> 'pending' RETURNING id",
            arguments: [id.rawValue]
        ).map(ReplyID.init)
        if let reply { try updateChecksum(reply, in: db) }
    }

    private static func updateChecksum(_ id: ReplyID, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE outbox SET seal = \(TaskTables.outbox.checksum) WHERE id = ?")
            .execute(arguments: [id.rawValue])
    }

    static func pending(limit: Int, in db: Database) throws -> [PendingReply] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT outbox.id, inbox_id, reply, attempts, next_attempt_ms, inbox.done_ms
                FROM outbox JOIN inbox ON inbox.id = inbox_id
                WHERE outbox.state = 'pending' ORDER BY next_attempt_ms, outbox.id LIMIT ?
                """,
            arguments: [limit]
        )
        var found: [PendingReply] = []
        while let row = try rows.next() {
            found.append(
                PendingReply(
                    id: ReplyID(row["id"]),
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
