import Cryptography
import Foundation
import GRDB

extension AgentStore {
    /// Keeps a message. Acknowledge it only after this returned.
    ///
    /// A message with the same content in the same mailbox that isn't finished yet is the same message: its row is
    /// returned, with the newest receipt handle.
    ///
    /// - Throws: ``StoreError``; ``StoreError/Code/constraint`` if the message is larger than ``StoreLimits`` allows.
    public func receive(_ message: StoredMessage) async throws(StoreError) -> InboxReceipt {
        try requireWithinLimits(message)
        let hash = Data(SHA256.hash(message.payload))
        let now = environment.milliseconds
        return try await writer.perform { db, _ in
            if let known = try InboxTable.redelivered(message, hash: hash, in: db) {
                return InboxReceipt(id: known, isNew: false)
            }
            return InboxReceipt(id: try InboxTable.insert(message, hash: hash, milliseconds: now, in: db), isNew: true)
        }
    }

    /// Notes that the service was told that we have the message.
    public func markAcknowledged(_ id: InboxID) async throws(StoreError) {
        try await writer.perform { db, _ in
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
    public func claim(
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
        let draft = draft(entry)
        let task = TaskTable.Task(taskID: taskID, target: target, requestSHA256: requestSHA256)
        return try await writer.perform { db, recorder in
            guard try InboxTable.state(of: id, in: db) != nil else { throw Self.unknown(id) }
            let claim = try TaskTable.standing(of: task, for: id, in: db)
            if let claim { return claim }
            let recorded = try recorder.record(draft, in: db)
            try TaskTable.insert(task, for: id, sequence: recorded.sequence, in: db)
            return .fresh
        }
    }

    /// Marks the message as being in an identity exchange, and records `entry`. A message found in this state after a
    /// restart must be rejected.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    public func beginIdentity(_ id: InboxID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        let draft = draft(entry)
        return try await writer.perform { db, recorder in
            try Self.requireUnfinished(id, in: db)
            try InboxTable.update(id, "state = 'identity'", in: db)
            return try recorder.record(draft, in: db)
        }
    }

    /// Makes a decision durable: the entry, the reply that announces it and the end of the message, in one transaction.
    /// Send the reply only after this returned.
    ///
    /// If the entry has no ``AuditEntry/reference``, it gets the reply's hash, so that the reply is under the tree too.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    public func decide(
        _ id: InboxID,
        entry: AuditEntry,
        reply: StoredReply?
    ) async throws(StoreError) -> DecisionRecord {
        if let reply, reply.bytes.count > limits.replyBytes {
            throw StoreError(.constraint, "A reply of \(reply.bytes.count) bytes is larger than the limit.")
        }
        var entry = entry
        if let reply { entry.reference = entry.reference ?? reply.entryReference }
        let draft = draft(entry)
        let bytes = reply.map { Data($0.bytes) }
        let now = environment.milliseconds
        return try await writer.perform { db, recorder in
            try Self.requireUnfinished(id, in: db)
            let recorded = try recorder.record(draft, in: db)
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
    public func drop(_ id: InboxID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        try await decide(id, entry: entry, reply: nil).entry
    }

    /// The messages without a decision, oldest first: what to go on with after a restart.
    ///
    /// - Parameters:
    ///   - last: Only messages after this one, to read on where an earlier call ended.
    ///   - limit: At most so many; each is held in memory whole.
    public func unfinishedInbox(
        after last: InboxID? = nil,
        limit: Int = 256
    ) async throws(StoreError) -> [InboxRow] {
        try await read("the inbox was being read") { db in
            try InboxTable.unfinished(after: last?.rawValue ?? 0, limit: limit, in: db)
        }
    }

    /// Removes the payloads of messages that were finished longer ago than ``StoreLimits/payloadRetention``. What they
    /// claimed stays known for ever.
    ///
    /// - Returns: How many were removed; at most 256 in one call.
    public func prunePayloads() async throws(StoreError) -> Int {
        let horizon = environment.milliseconds - limits.payloadRetentionMilliseconds
        return try await writer.perform { db, _ in
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
}
