import Foundation
import GRDB

/// The statements on `outbox` that more than one operation uses.
enum OutboxTable {
    static func insert(_ reply: Data, for id: InboxID, milliseconds: Int64, in db: Database) throws -> ReplyID {
        try db.cachedStatement(sql: "INSERT INTO outbox (inbox_id, reply, next_attempt_ms) VALUES (?, ?, ?)")
            .execute(arguments: [id.rawValue, reply, milliseconds])
        return ReplyID(db.lastInsertedRowID)
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
                    nextAttempt: EntryTime.date(milliseconds: row["next_attempt_ms"]),
                    decidedAt: EntryTime.date(milliseconds: row["done_ms"])
                )
            )
        }
        return found
    }
}
