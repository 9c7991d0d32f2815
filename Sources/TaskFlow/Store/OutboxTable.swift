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

    /// Makes the reply to a message wait again, unless it waits already; nil if it has none, none any more, or was tried so often.
    static func renew(_ id: InboxID, milliseconds: Int64, attempts: Int, in db: Database) throws -> ReplyID? {
        let reply = try Int64.fetchOne(
            db,
            sql: """
                UPDATE outbox SET attempts = attempts + (state <> 'pending'),
                    next_attempt_ms = iif(state = 'pending', next_attempt_ms, ?), state = 'pending'
                WHERE inbox_id = ? AND reply <> x'' AND (state = 'pending' OR attempts < ?) RETURNING id
                """,
            arguments: [milliseconds, id.rawValue, attempts]
        ).map(ReplyID.init)
        if let reply { try updateChecksum(reply, in: db) }
        return reply
    }

    /// Removes the bytes of replies that don't wait and whose decisions are older than a moment.
    static func prune(decidedBefore horizon: Int64, limit: Int, in db: Database) throws -> Int {
        let ids = try Int64.fetchAll(
            db,
            sql: """
                SELECT kept.id FROM (
                    SELECT id, inbox_id FROM outbox WHERE state <> 'pending' AND reply <> x'' ORDER BY inbox_id LIMIT ?
                ) AS kept JOIN inbox ON inbox.id = kept.inbox_id WHERE done_ms < ?
                """,
            arguments: [limit, horizon]
        ).map(ReplyID.init)
        for id in ids {
            try db.cachedStatement(sql: "UPDATE outbox SET reply = x'' WHERE id = ?").execute(arguments: [id.rawValue])
            try updateChecksum(id, in: db)
        }
        return ids.count
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
