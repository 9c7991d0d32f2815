// SPDX-License-Identifier: Apache-2.0

package import AuditLog
import Cryptography
import Foundation
import GRDB
package import StateStore
import Timekeeping

/// What has to be remembered about tasks: received messages, what they claimed, and the replies to them.
///
/// An entry of the audit log and what it announces are written in one transaction.
package struct TaskStore: Sendable {
    let log: AuditLog
    let limits: TaskStoreLimits

    /// The store of a log that was opened with ``TaskTables`` among its features.
    package init(log: AuditLog, limits: TaskStoreLimits = TaskStoreLimits()) {
        self.log = log
        self.limits = limits
    }

    /// Whether a task may be taken: only if there is no doubt that what becomes of it can be recorded.
    var canTakeTasks: Bool { log.store.health.canTakeTasks }

    /// Records an entry that goes with no change of a task.
    func append(_ entry: AuditEntry) async throws(StoreError) {
        try await log.append(entry)
    }

    /// Keeps a message. Acknowledge it only after this returned.
    ///
    /// A message with the same content in the same mailbox that isn't finished yet is the same message: its row is
    /// returned, with the newest receipt handle.
    ///
    /// - Throws: ``StoreError``; ``StoreError/Code/constraint`` if the message is larger than ``StoreLimits`` allows.
    func receive(_ message: StoredMessage) async throws(StoreError) -> InboxReceipt {
        try requireWithinLimits(message)
        let hash = Data(SHA256.hash(message.payload))
        let now = log.environment.milliseconds
        return try await log.store.write { db in
            if let known = try InboxTable.redelivered(message, hash: hash, in: db) {
                return InboxReceipt(id: known, isNew: false)
            }
            return InboxReceipt(id: try InboxTable.insert(message, hash: hash, milliseconds: now, in: db), isNew: true)
        }
    }

    /// Notes that the service was told that we have the message.
    func markAcknowledged(_ id: InboxID) async throws(StoreError) {
        try await log.store.write { db in
            guard try InboxTable.state(of: id, in: db) != nil else { throw Self.unknown(id) }
            try InboxTable.update(id, "acknowledged = 1", in: db)
        }
    }

    /// Claims a task for a message, once and for all: the same task id for the same target, or the same request, is
    /// never fresh again. Records `entry` if the answer is ``TaskClaim/fresh`` for the first time.
    ///
    /// Asking again for the same message gives the same answer and records nothing.
    ///
    /// - Parameters:
    ///   - id: The message.
    ///   - taskID: The task id; may be empty, as very old modellers send none.
    ///   - target: The dataset's full identifier.
    ///   - requestSHA256: SHA-256 of the encrypted request, lower-case hex.
    ///   - entry: The `task.received` entry; its task, its request and, if it names none, its dataset are set from
    ///     the other parameters, so that verification can hold the claim against it.
    func claim(
        _ id: InboxID,
        taskID: String,
        target: String,
        requestSHA256: String,
        entry: AuditEntry
    ) async throws(StoreError) -> TaskClaim {
        var entry = entry
        entry.task = taskID
        entry.requestSHA256 = requestSHA256
        entry.dataset = entry.dataset ?? target
        let draft = log.draft(entry)
        let task = TaskTable.Task(taskID: taskID, target: target, requestSHA256: requestSHA256)
        return try await log.write { transaction in
            let db = transaction.db
            guard try InboxTable.state(of: id, in: db) != nil else { throw Self.unknown(id) }
            let claim = try TaskTable.standing(of: task, for: id, in: db)
            if let claim { return claim }
            let recorded = try transaction.record(draft)
            try TaskTable.insert(task, for: id, sequence: recorded.sequence, in: db)
            return .fresh
        }
    }

    /// Marks the message as being in an identity exchange, and records `entry`. A message found in this state after a
    /// restart must be rejected.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    func beginIdentity(_ id: InboxID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        let draft = log.draft(entry)
        return try await log.write { transaction in
            let db = transaction.db
            try Self.requireUnfinished(id, in: db)
            try InboxTable.update(id, "state = 'identity'", in: db)
            return try transaction.record(draft)
        }
    }

    /// Makes a decision durable: the entry, the reply that announces it and the end of the message, in one transaction.
    /// Send the reply only after this returned.
    ///
    /// If the entry has no ``AuditEntry/reference``, it gets the reply's hash, so that the reply is under the tree too.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    func decide(
        _ id: InboxID,
        entry: AuditEntry,
        reply: StoredReply?
    ) async throws(StoreError) -> DecisionRecord {
        if let reply, reply.bytes.count > limits.replyBytes {
            throw StoreError(.constraint, "A reply of \(reply.bytes.count) bytes is larger than the limit.")
        }
        var entry = entry
        if let reply { entry.reference = entry.reference ?? reply.entryReference }
        let draft = log.draft(entry)
        let bytes = reply.map { Data($0.bytes) }
        let now = log.environment.milliseconds
        return try await log.write { transaction in
            let db = transaction.db
            try Self.requireUnfinished(id, in: db)
            let recorded = try transaction.record(draft)
            try InboxTable.update(
                id,
                "state = 'done', done_seq = ?, done_ms = ?",
                [recorded.sequence, now],
                in: db
            )
            guard let bytes else { return DecisionRecord(entry: recorded, reply: nil) }
            let reply = try OutboxTable.insert(bytes, for: id, milliseconds: now, in: db)
            return DecisionRecord(entry: recorded, reply: reply)
        }
    }

    /// Finishes a message that gets no answer of its own, such as a malformed or a duplicate one, and records why.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    func drop(_ id: InboxID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        try await decide(id, entry: entry, reply: nil).entry
    }

    /// The messages without a decision, oldest first: what to go on with after a restart.
    ///
    /// - Parameters:
    ///   - last: Only messages after this one, to read on where an earlier call ended.
    ///   - limit: At most so many; each is held in memory whole.
    func unfinishedInbox(
        after last: InboxID? = nil,
        limit: Int = 256
    ) async throws(StoreError) -> [InboxRow] {
        try await log.store.read("the inbox was being read") { db in
            try InboxTable.unfinished(after: last?.rawValue ?? 0, limit: limit, in: db)
        }
    }

    /// Removes the payloads of messages that were finished longer ago than ``StoreLimits/payloadRetention``. What they
    /// claimed stays known for ever.
    ///
    /// - Returns: How many were removed; at most 256 in one call.
    package func prunePayloads() async throws(StoreError) -> Int {
        let horizon = log.environment.milliseconds - limits.payloadRetentionMilliseconds
        return try await log.store.write { db in
            let ids = try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM inbox WHERE state = 'done' AND payload IS NOT NULL AND done_ms < ?
                    ORDER BY done_ms LIMIT 256
                    """,
                arguments: [horizon]
            )
            for id in ids { try InboxTable.update(InboxID(id), "payload = NULL", in: db) }
            return ids.count
        }
    }

    private func requireWithinLimits(_ message: StoredMessage) throws(StoreError) {
        let texts = [message.receiptHandle, message.mailboxID, message.taskID ?? "", message.sender]
        guard message.payload.count <= limits.messageBytes else {
            throw StoreError(.constraint, "A message of \(message.payload.count) bytes is larger than the limit.")
        }
        guard texts.allSatisfy({ $0.utf8.count <= limits.identifierBytes }) else {
            throw StoreError(.constraint, "An identifier on a message is longer than the limit.")
        }
    }

    static func requireUnfinished(_ id: InboxID, in db: Database) throws {
        guard let state = try InboxTable.state(of: id, in: db) else { throw unknown(id) }
        guard state != InboxTable.done else {
            throw StoreError(.alreadyDecided, "Message \(id) is finished; it is not decided twice.")
        }
    }

    static func unknown(_ id: InboxID) -> StoreError {
        StoreError(.unknownRow, "There is no message \(id) in the inbox.")
    }

    // MARK: Replies

    /// The replies that wait to be sent, those due first.
    ///
    /// - Parameter limit: At most so many; each is held in memory whole.
    func pendingReplies(limit: Int = 256) async throws(StoreError) -> [PendingReply] {
        try await log.store.read("the outbox was being read") { try OutboxTable.pending(limit: limit, in: $0) }
    }

    /// Whether a reply still waits to be sent: a list of pending replies may be out of date by the time they are sent.
    func isPending(_ id: ReplyID) async throws(StoreError) -> Bool {
        try await log.store.read("the outbox was being read") { db in
            let sql = "SELECT state = 'pending' FROM outbox WHERE id = ?"
            return try Bool.fetchOne(db, sql: sql, arguments: [id.rawValue]) ?? false
        }
    }

    /// Puts the reply to a message into the outbox again, byte for byte the same, due at once.
    ///
    /// - Parameter id: The message that the reply answers, as named by ``TaskClaim/redelivery(of:answered:)``.
    /// - Returns: The reply's id, or nil if the message was finished without a reply or isn't finished.
    @discardableResult
    func resendReply(for id: InboxID) async throws(StoreError) -> ReplyID? {
        let now = log.environment.milliseconds
        return try await log.store.write { db in try OutboxTable.renew(id, milliseconds: now, in: db) }
    }

    /// Notes that a reply was sent, and records `entry`.
    ///
    /// - Returns: The entry, or nil if the reply wasn't waiting any more; then nothing is recorded.
    @discardableResult
    func markSent(_ id: ReplyID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry? {
        let draft = log.draft(entry)
        return try await log.write { transaction in
            let db = transaction.db
            guard try OutboxTable.updatePending(id, "state = 'sent'", in: db) else { return nil }
            return try transaction.record(draft)
        }
    }

    /// Notes that sending a reply failed.
    ///
    /// - Parameters:
    ///   - id: The reply.
    ///   - nextAttempt: When to try again; nil gives the reply up.
    ///   - entry: A `reply.failed` entry, if this failure is to be recorded.
    @discardableResult
    func markFailed(
        _ id: ReplyID,
        nextAttempt: Date?,
        entry: AuditEntry?
    ) async throws(StoreError) -> RecordedEntry? {
        let draft = entry.map(log.draft)
        let next = nextAttempt.map(ISO8601.milliseconds(of:))
        return try await log.write { transaction in
            let db = transaction.db
            let isPending =
                if let next {
                    try OutboxTable.updatePending(id, "attempts = attempts + 1, next_attempt_ms = ?", [next], in: db)
                } else {
                    try OutboxTable.updatePending(id, "attempts = attempts + 1, state = 'abandoned'", in: db)
                }
            guard isPending else { return nil }
            return try draft.map { try transaction.record($0) }
        }
    }
}

/// The limits of what is remembered about tasks.
package struct TaskStoreLimits: Sendable {
    /// The largest message that is kept, in bytes: 64 MiB unless given.
    package var messageBytes = 64 << 20
    /// The largest reply, in bytes: 16 MiB unless given.
    package var replyBytes = 16 << 20
    /// The longest receipt handle, mailbox id, task id or sender, in bytes: 8 KiB unless given.
    package var identifierBytes = 8 << 10
    /// How long the payload of a finished message is kept: 7 days unless given.
    package var payloadRetention: Duration = .seconds(7 * 86_400)

    /// The defaults.
    package init() {}

    var payloadRetentionMilliseconds: Int64 { payloadRetention.components.seconds * 1_000 }
}

/// What ``TaskStore/decide(_:entry:reply:)`` made durable.
struct DecisionRecord: Sendable, Hashable {
    /// The decision as it stands in the log.
    let entry: RecordedEntry
    /// The reply in the outbox, if there is one.
    let reply: ReplyID?
}
