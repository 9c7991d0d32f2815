import Foundation
import GRDB

/// The statements on `inbox` that more than one operation uses.
enum InboxTable {
    static let done = "done"

    static func state(of id: InboxID, in db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT state FROM inbox WHERE id = ?"), arguments: [id.rawValue])
    }

    static func finish(_ id: InboxID, sequence: Int64, milliseconds: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE inbox SET state = 'done', done_seq = ?, done_ms = ? WHERE id = ?")
            .execute(arguments: [sequence, milliseconds, id.rawValue])
    }

    static func unfinished(after last: Int64, limit: Int, in db: Database) throws -> [InboxRow] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, state, acknowledged, received_ms, receipt_handle, mailbox_id, task_id, sender, payload
                FROM inbox WHERE state <> 'done' AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [last, limit]
        )
        var found: [InboxRow] = []
        while let row = try rows.next() {
            guard let state = InboxRow.State(rawValue: row["state"]) else {
                throw StoreError(.damaged, "A message in the inbox is in an unknown state.")
            }
            found.append(
                InboxRow(
                    id: InboxID(row["id"]),
                    state: state,
                    isAcknowledged: row["acknowledged"],
                    receivedAt: EntryTime.date(milliseconds: row["received_ms"]),
                    message: StoredMessage(
                        receiptHandle: row["receipt_handle"],
                        mailboxID: row["mailbox_id"],
                        taskID: row["task_id"],
                        sender: row["sender"],
                        payload: Array(row["payload"] as Data)
                    )
                )
            )
        }
        return found
    }
}
