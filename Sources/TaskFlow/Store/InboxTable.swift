// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import GRDB
import StateStore
import Timekeeping

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

    /// Removes a message that is not finished and claimed nothing.
    static func removeUnanswered(_ id: InboxID, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM inbox
                WHERE id = ?1 AND state = 'received' AND NOT EXISTS (SELECT 1 FROM task WHERE inbox_id = ?1)
                """
        ).execute(arguments: [id.rawValue])
        try RowCounts.change("inbox", by: -db.changesCount, in: db)
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
            found.append(
                InboxRow(
                    id: InboxID(row["id"]),
                    state: InboxRow.State(rawValue: row["state"]),
                    isAcknowledged: row["acknowledged"],
                    receivedAt: ISO8601.date(milliseconds: row["received_ms"]),
                    message: StoredMessage(
                        receiptHandle: row["receipt_handle"],
                        mailboxID: row["mailbox_id"],
                        taskID: row["task_id"],
                        sender: row["sender"],
                        // Only a damaged row lacks it; it then can't be read as a message, either.
                        payload: Array(row["payload"] as Data? ?? Data())
                    )
                )
            )
        }
        return found
    }
}

/// A received message that has no decision yet, as found after a restart.
struct InboxRow: Sendable, Hashable {
    /// How far it came.
    enum State: String, Sendable, CaseIterable {
        /// Kept; the modeller has not been asked for a proof of identity.
        case received = "received"
        /// An identity exchange was begun. It can't be continued after a restart: reject.
        case identity = "identity"
    }

    /// The message's row.
    let id: InboxID
    /// How far it came; `nil` if the row is damaged.
    let state: State?
    /// Whether the service was told that we have it.
    let isAcknowledged: Bool
    /// When it was received, to the millisecond.
    let receivedAt: Date
    /// The message.
    let message: StoredMessage

    /// The message as it was received, and how far it came.
    ///
    /// - Throws: ``StoreError/Code/damaged`` if the row is not what was written.
    func content() throws(StoreError) -> (message: IncomingMessage, state: State) {
        guard let state else { throw StoreError(.damaged, "Message \(id) of the inbox is in an unknown state.") }
        return (try message.incomingMessage(), state)
    }
}

/// The number of a received message in the agent's inbox; grows with each. That of a message which was removed unanswered
/// may come again, so no entry names such a message.
struct InboxID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let rawValue: Int64

    init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Older messages come first.
    static func < (left: InboxID, right: InboxID) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    var description: String { String(rawValue) }
}

/// The answer to ``TaskStore/receive(_:)``.
struct InboxReceipt: Sendable, Hashable {
    /// The message's row.
    let id: InboxID
    /// False if the same message was received before and isn't finished: whoever works on it goes on, and this delivery
    /// only needs its acknowledgement.
    let isNew: Bool
}
