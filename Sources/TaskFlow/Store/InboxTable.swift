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
                INSERT INTO inbox (receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, payload_bytes,
                    received_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            message.receiptHandle.columnText, message.mailboxID.columnText, message.taskID?.columnText,
            message.sender.columnText, Data(message.payload), hash, message.payload.count, milliseconds,
        ])
        let id = InboxID(db.lastInsertedRowID)
        try updateChecksum(id, in: db)
        try RowCounts.change("inbox", in: db)
        return id
    }

    /// How many bytes of messages are kept, finished ones included.
    static func keptBytes(in db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT ifnull(sum(payload_bytes), 0) FROM inbox WHERE payload IS NOT NULL")
        ) ?? 0
    }

    /// Removes payloads of finished messages, those that were finished first at first; of so many bytes in all, but one at
    /// least.
    ///
    /// - Parameter horizon: Only of messages that were finished before this; `nil` for all.
    static func prune(before horizon: Int64?, bytes: Int, in db: Database) throws -> Int {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, payload_bytes FROM inbox WHERE state = 'done' AND payload IS NOT NULL AND done_ms < ?
                    ORDER BY done_ms LIMIT 256
                    """
            ),
            arguments: [horizon ?? .max]
        )
        var rest = bytes
        var pruned = 0
        for row in rows where rest > 0 {
            try update(InboxID(row["id"]), "payload = NULL", in: db)
            rest -= row["payload_bytes"]
            pruned += 1
        }
        return pruned
    }

    static func message(_ id: InboxID, in db: Database) throws -> StoredMessage? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT receipt_handle, mailbox_id, task_id, sender, payload FROM inbox WHERE id = ?"
            ),
            arguments: [id.rawValue]
        )
        return row.map { row in
            StoredMessage(
                receiptHandle: row["receipt_handle"],
                mailboxID: row["mailbox_id"],
                taskID: row["task_id"],
                sender: row["sender"],
                payload: Array(row["payload"] as Data? ?? Data())
            )
        }
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
        guard try state(of: id, in: db) == InboxRow.State.received.rawValue, try !TaskTable.isClaimed(by: id, in: db)
        else {
            return
        }
        try removeAttempt(id, in: db)
        try db.cachedStatement(sql: "DELETE FROM inbox WHERE id = ?").execute(arguments: [id.rawValue])
        try RowCounts.change("inbox", by: -1, in: db)
    }

    private static func updateChecksum(_ id: InboxID, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE inbox SET seal = \(TaskTables.inbox.checksum) WHERE id = ?")
            .execute(arguments: [id.rawValue])
    }

    static func unfinished(after last: Int64, limit: Int, bytes: Int, in db: Database) throws -> [InboxRow] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, state, acknowledged, received_ms, receipt_handle, mailbox_id, task_id, sender, payload,
                    ifnull(begun, 0) AS attempts
                FROM inbox LEFT JOIN attempt ON inbox_id = id
                WHERE state <> 'done' AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [last, limit]
        )
        var found: [InboxRow] = []
        var rest = bytes
        while rest > 0, let row = try rows.next() {
            found.append(
                InboxRow(
                    id: InboxID(row["id"]),
                    state: InboxRow.State(rawValue: row["state"]),
                    isAcknowledged: row["acknowledged"],
                    receivedAt: ISO8601.date(milliseconds: row["received_ms"]),
                    attempts: row["attempts"],
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
            rest -= found.last?.message.payload.count ?? 0
        }
        return found
    }

    /// Notes that work on a message begins in a life of the agent; once in each counts.
    static func noteAttempt(_ id: InboxID, life: Int64, in db: Database) throws {
        guard let state = try Self.state(of: id, in: db), state != done else { return }
        let known = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT life FROM attempt WHERE inbox_id = ?"),
            arguments: [id.rawValue]
        )
        if known == nil {
            try db.cachedStatement(
                sql: "INSERT INTO attempt (inbox_id, begun, life, seal) VALUES (?1, 1, ?2, row_seal(?1, 1, ?2))"
            ).execute(arguments: [id.rawValue, life])
            try RowCounts.change("attempt", in: db)
        } else if known != life {
            try db.cachedStatement(
                sql: """
                    UPDATE attempt SET begun = begun + 1, life = ?2, seal = row_seal(inbox_id, begun + 1, ?2)
                    WHERE inbox_id = ?1
                    """
            ).execute(arguments: [id.rawValue, life])
        }
    }

    /// Takes back what ``noteAttempt(_:life:in:)`` noted.
    static func withdrawAttempt(_ id: InboxID, life: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE attempt SET begun = begun - 1, life = 0, seal = row_seal(inbox_id, begun - 1, 0)
                WHERE inbox_id = ? AND life = ?
                """
        ).execute(arguments: [id.rawValue, life])
    }

    static func removeAttempt(_ id: InboxID, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM attempt WHERE inbox_id = ?").execute(arguments: [id.rawValue])
        try RowCounts.change("attempt", by: -db.changesCount, in: db)
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
    /// In how many lives of the agent, the present one apart, work on it had begun and not ended.
    let attempts: Int
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
