import Timekeeping
import Foundation
import GRDB
import StateStore

/// The statements on `inbox` that more than one operation uses.
enum InboxTable {
    static let done = "done"

    static func state(of id: InboxID, in db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT state FROM inbox WHERE id = ?"), arguments: [id.rawValue])
    }

    /// The unfinished row of a message that has come before, with the newest receipt handle; nil if there is none.
    static func redelivered(_ message: StoredMessage, hash: Data, in db: Database) throws -> InboxID? {
        let known = try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT id FROM inbox WHERE mailbox_id = ? AND payload_sha256 = ? AND state <> 'done'"
            ),
            arguments: [message.mailboxID.columnText, hash]
        )
        guard let known else { return nil }
        let id = InboxID(known)
        try update(id, "receipt_handle = ?, acknowledged = 0", [message.receiptHandle.columnText], in: db)
        return id
    }

    static func insert(
        _ message: StoredMessage,
        hash: Data,
        milliseconds: Int64,
        in db: Database
    ) throws -> InboxID {
        try db.cachedStatement(
            sql: """
                INSERT INTO inbox (receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, received_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            message.receiptHandle.columnText, message.mailboxID.columnText, message.taskID?.columnText,
            message.sender.columnText, Data(message.payload), hash, milliseconds,
        ])
        let id = InboxID(db.lastInsertedRowID)
        try updateChecksum(id, in: db)
        try RowCounts.change("inbox", in: db)
        return id
    }

    /// Changes columns of a row, and its checksum.
    static func update(
        _ id: InboxID,
        _ assignments: String,
        _ arguments: StatementArguments = StatementArguments(),
        in db: Database
    ) throws {
        try db.cachedStatement(sql: "UPDATE inbox SET \(assignments) WHERE id = ?")
            .execute(arguments: arguments + [id.rawValue])
        try updateChecksum(id, in: db)
    }

    private static func updateChecksum(_ id: InboxID, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE inbox SET seal = \(TaskTables.inbox.checksum) WHERE id = ?")
            .execute(arguments: [id.rawValue])
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
                    receivedAt: ISO8601.date(milliseconds: row["received_ms"]),
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
