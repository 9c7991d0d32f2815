// SPDX-License-Identifier: Apache-2.0

package import AuditLog
import Cryptography
package import Foundation
import GRDB
package import StateStore
import Timekeeping

/// What has to be remembered about tasks: received messages, what they claimed, and the replies to them.
///
/// An entry of the audit log and what it announces are written in one transaction.
package struct TaskStore: Sendable {
    let log: AuditLog
    let limits: TaskStoreLimits
    /// Tells this life of the agent from others; so it is drawn from no randomness that could come again.
    private let life = Int64.random(in: 1 ... .max)

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
    /// - Throws: ``StoreError``; ``StoreError/Code/constraint`` if the message is larger than ``TaskStoreLimits`` allow,
    ///   ``StoreError/Code/noRoom`` if so many messages without a decision are kept already that it has to wait.
    func receive(_ message: StoredMessage) async throws(StoreError) -> InboxReceipt {
        try requireWithinLimits(message)
        while true {
            do throws(StoreError) {
                return try await keep(message)
            } catch  where error.code == .noRoom {
                // What is finished gives way to what is not.
                guard try await prunePayloads(isPressing: true) > 0 else { throw error }
            }
        }
    }

    private func keep(_ message: StoredMessage) async throws(StoreError) -> InboxReceipt {
        let hash = Data(SHA256.hash(message.payload))
        let now = log.environment.milliseconds
        return try await log.store.write { [limits] db in
            if let known = try InboxTable.redelivered(message, hash: hash, in: db) {
                return InboxReceipt(id: known, isNew: false)
            }
            let kept = try InboxTable.keptBytes(in: db)
            guard kept == 0 || kept + message.payload.count <= limits.inboxBytes else {
                throw StoreError(
                    .noRoom,
                    "There are \(kept) bytes of messages in the inbox, which is what it may hold."
                )
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

    /// How a request stands against those that were claimed before; `nil` if it is new, ``TaskClaim/fresh`` if this very
    /// message claimed it, so that it has to be answered. Nothing is claimed.
    func standing(
        _ id: InboxID,
        taskID: String,
        target: String,
        requestSHA256: String
    ) async throws(StoreError) -> TaskClaim? {
        let task = TaskTable.Task(taskID: taskID, target: target, requestSHA256: requestSHA256)
        return try await log.store.read("claims were being read") { db in
            try TaskTable.standing(of: task, for: id, in: db) ?? (TaskTable.isClaimed(by: id, in: db) ? .fresh : nil)
        }
    }

    /// Claims a request for a message, once and for all: the same request is never fresh again. Records `entry` if it was
    /// not claimed before, also where the answer is ``TaskClaim/replayedTask``: that request gets an answer, too.
    ///
    /// A task id alone claims nothing, since everybody can write it; ``accept(_:entry:reply:)`` and
    /// ``decide(_:entry:reply:keepsPayload:provingTask:)`` claim it once the modeller is proven.
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
            if let claim, claim != .replayedTask { return claim }
            if try !TaskTable.isClaimed(by: id, in: db) {
                let recorded = try transaction.record(draft)
                try TaskTable.insert(task, for: id, sequence: recorded.sequence, in: db)
            }
            return claim ?? .fresh
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
    /// Only the message of an accepted task is kept on; of others their hash and size are, unless `keepsPayload` says so.
    ///
    /// - Parameter provesTask: Whether the modeller is proven, so that the task id is claimed, too, as far as it is free.
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    func decide(
        _ id: InboxID,
        entry: AuditEntry,
        reply: StoredReply?,
        keepsPayload: Bool = false,
        provingTask provesTask: Bool = false
    ) async throws(StoreError) -> DecisionRecord {
        let decision = try PreparedDecision(entry, reply, keepsPayload: keepsPayload, self)
        return try await log.write { transaction in
            if provesTask { _ = try TaskTable.prove(id, in: transaction.db) }
            return try decision.make(id, in: transaction)
        }
    }

    /// Makes an acceptance durable, as ``decide(_:entry:reply:keepsPayload:provingTask:)`` does, and claims the task id with it.
    ///
    /// - Returns: `nil`, and nothing is stored, if another request of this modeller was proven under that task id.
    func accept(_ id: InboxID, entry: AuditEntry, reply: StoredReply) async throws(StoreError) -> DecisionRecord? {
        let decision = try PreparedDecision(entry, reply, keepsPayload: true, self)
        return try await log.write { transaction in
            guard try TaskTable.prove(id, in: transaction.db) else { return nil }
            return try decision.make(id, in: transaction)
        }
    }

    /// A decision before its transaction.
    private struct PreparedDecision: Sendable {
        private let draft: EntryDraft
        private let reply: Data?
        private let keepsPayload: Bool
        private let milliseconds: Int64

        init(
            _ entry: AuditEntry,
            _ reply: StoredReply?,
            keepsPayload: Bool,
            _ store: TaskStore
        ) throws(StoreError) {
            if let reply, reply.bytes.count > store.limits.replyBytes {
                throw StoreError(.constraint, "A reply of \(reply.bytes.count) bytes is larger than the limit.")
            }
            var entry = entry
            if let reply { entry.reference = entry.reference ?? reply.entryReference }
            draft = store.log.draft(entry)
            self.reply = reply.map { Data($0.bytes) }
            self.keepsPayload = keepsPayload || entry.decision == .accept
            milliseconds = store.log.environment.milliseconds
        }

        func make(_ id: InboxID, in transaction: LogTransaction) throws -> DecisionRecord {
            let db = transaction.db
            try TaskStore.requireUnfinished(id, in: db)
            let recorded = try transaction.record(draft)
            try InboxTable.update(
                id,
                "state = 'done', done_seq = ?, done_ms = ?\(keepsPayload ? "" : ", payload = NULL")",
                [recorded.sequence, milliseconds],
                in: db
            )
            try InboxTable.removeAttempt(id, in: db)
            guard let reply else { return DecisionRecord(entry: recorded, reply: nil) }
            return DecisionRecord(
                entry: recorded,
                reply: try OutboxTable.insert(reply, for: id, milliseconds: milliseconds, in: db)
            )
        }
    }

    /// Removes messages that nobody answers and that claimed nothing, and records the entries that stand for all of them.
    ///
    /// Whichever is finished or claimed meanwhile stays.
    func discard(_ ids: [InboxID], entries: [AuditEntry]) async throws(StoreError) {
        let drafts = entries.map(log.draft)
        try await log.write { transaction in
            for draft in drafts { _ = try transaction.record(draft) }
            for id in ids { try InboxTable.removeUnanswered(id, in: transaction.db) }
        }
    }

    // MARK: The pod's key

    /// Remembers since when this agent alone uses a key, when it sees it first, and says what it remembers.
    ///
    /// A log that worked with a key before this was remembered has used it since its first message.
    ///
    /// - Parameter publicSHA256: SHA-256 of the public key's line, lower-case hex.
    package func noteKey(_ publicSHA256: String) async throws(StoreError) -> PodKeyUse {
        let now = log.environment.milliseconds
        let (milliseconds, isNew) = try await log.store.write { db -> (Int64, Bool) in
            let known = try Int64.fetchOne(
                db,
                sql: "SELECT since_ms FROM pod_key WHERE public_sha256 = ?",
                arguments: [publicSHA256]
            )
            if let known { return (known, false) }
            let isFirst = try Int.fetchOne(db, sql: "SELECT count(*) FROM pod_key") == 0
            let first = isFirst ? try Int64.fetchOne(db, sql: "SELECT min(received_ms) FROM inbox") : nil
            let since = first ?? now
            try db.execute(
                sql: "INSERT INTO pod_key (public_sha256, since_ms, seal) VALUES (?1, ?2, row_seal(?1, ?2))",
                arguments: [publicSHA256, since]
            )
            try RowCounts.change("pod_key", in: db)
            return (since, true)
        }
        return PodKeyUse(since: ISO8601.date(milliseconds: milliseconds), isNew: isNew)
    }

    // MARK: What need not be kept

    /// Finishes a message that gets no answer of its own, such as a malformed or a duplicate one, and records why.
    ///
    /// - Throws: ``StoreError/Code/alreadyDecided`` if the message is finished.
    @discardableResult
    func drop(
        _ id: InboxID,
        entry: AuditEntry,
        keepsPayload: Bool = false
    ) async throws(StoreError) -> RecordedEntry {
        try await decide(id, entry: entry, reply: nil, keepsPayload: keepsPayload).entry
    }

    /// The messages without a decision, oldest first: what to go on with after a restart.
    ///
    /// - Parameters:
    ///   - last: Only messages after this one, to read on where an earlier call ended.
    ///   - limit: At most so many.
    ///   - bytes: No more after so many bytes of messages, which are held in memory; but one at least.
    func unfinishedInbox(
        after last: InboxID? = nil,
        limit: Int = 256,
        bytes: Int = 4 << 20
    ) async throws(StoreError) -> [InboxRow] {
        try await log.store.read("the inbox was being read") { db in
            try InboxTable.unfinished(after: last?.rawValue ?? 0, limit: limit, bytes: bytes, in: db)
        }
    }

    /// A message that has no decision yet, whole.
    func message(_ id: InboxID) async throws(StoreError) -> StoredMessage {
        try await log.store.read("a message was being read") { db in
            guard let message = try InboxTable.message(id, in: db) else { throw Self.unknown(id) }
            return message
        }
    }

    /// Notes, until the message is finished, that work on it begins in this life of the agent.
    func noteAttempt(_ id: InboxID) async throws(StoreError) {
        try await log.store.write { [life] db in try InboxTable.noteAttempt(id, life: life, in: db) }
    }

    /// Notes that the agent is stopped rather than that it crashed while it worked on a message.
    func withdrawAttempt(_ id: InboxID) async throws(StoreError) {
        try await log.store.write { [life] db in try InboxTable.withdrawAttempt(id, life: life, in: db) }
    }

    /// Removes payloads of finished messages, in one small step: those that are kept longer than
    /// ``TaskStoreLimits/payloadRetention``. What they claimed stays known for ever.
    ///
    /// - Parameter isPressing: Whether room is needed, so that those that could be kept longer go too.
    /// - Returns: How many were removed; with 0 there is nothing left to remove.
    package func prunePayloads(isPressing: Bool = false) async throws(StoreError) -> Int {
        let horizon = isPressing ? nil : log.environment.milliseconds - limits.payloadRetentionMilliseconds
        return try await log.store.write { [limits] db in
            try InboxTable.prune(before: horizon, bytes: limits.prunedBytes, in: db)
        }
    }

    /// Removes the bytes of replies that were sent or given up longer ago than ``TaskStoreLimits/replyRetention``: nobody
    /// asks for them again. Their hashes stay in the entries.
    ///
    /// - Returns: How many were removed; at most 256 in one call.
    package func pruneReplies() async throws(StoreError) -> Int {
        let horizon = log.environment.milliseconds - limits.replyRetention.components.seconds * 1_000
        return try await log.store.write { try OutboxTable.prune(decidedBefore: horizon, limit: 256, in: $0) }
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

    /// Puts the reply to a message into the outbox again, byte for byte the same, due at once. One that waits goes on waiting for
    /// its turn.
    ///
    /// Whoever has seen a request can have it delivered again, as often as they please, and each time the modeller would get the
    /// reply: so after ``TaskStoreLimits/replyAttempts`` it isn't sent any more.
    ///
    /// - Parameter id: The message that the reply answers, as named by ``TaskClaim/redelivery(of:answered:)``.
    /// - Returns: The reply's id, or nil if the message was finished without a reply, isn't finished, or its reply was tried so
    ///   often.
    @discardableResult
    func resendReply(for id: InboxID) async throws(StoreError) -> ReplyID? {
        let now = log.environment.milliseconds
        return try await log.store.write { [limits] db in
            try OutboxTable.renew(id, milliseconds: now, attempts: limits.replyAttempts, in: db)
        }
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
    /// The largest message that is kept, in bytes: 24 MiB unless given, in which the longest request finds room.
    package var messageBytes = 24 << 20
    /// How many bytes of messages are kept in all: 256 MiB unless given. Further ones stay with the message service until there
    /// is room again.
    package var inboxBytes = 256 << 20
    /// How many bytes of payloads are removed in one transaction, about: 2 MiB. It has to find room on a disk that is full.
    package var prunedBytes = 2 << 20
    /// The largest reply, in bytes: 16 MiB unless given.
    package var replyBytes = 16 << 20
    /// How often a reply may have been tried, or sent again, for it to be sent again because its task came once more: 8 unless
    /// given.
    package var replyAttempts = 8
    /// The longest receipt handle, mailbox id, task id or sender, in bytes: 8 KiB unless given.
    package var identifierBytes = 8 << 10
    /// In how many lives of the agent work on a message may begin without end, before it is set aside: 2 unless given.
    package var attempts = 2
    /// How long the payload of an accepted task's message is kept: 7 days unless given.
    package var payloadRetention: Duration = .seconds(7 * 86_400)
    /// How long a reply that was sent or given up is kept for a redelivery of its request: 24 hours. The service gives up a
    /// message long before.
    package var replyRetention: Duration = .seconds(86_400)

    /// The defaults.
    package init() {}

    var payloadRetentionMilliseconds: Int64 { payloadRetention.components.seconds * 1_000 }
}

/// Since when an agent alone uses a pod's key.
package struct PodKeyUse: Sendable, Hashable {
    /// The moment, to the millisecond.
    package let since: Date
    /// Whether it was remembered just now.
    package let isNew: Bool
}

/// What ``TaskStore/decide(_:entry:reply:keepsPayload:provingTask:)`` made durable.
struct DecisionRecord: Sendable, Hashable {
    /// The decision as it stands in the log.
    let entry: RecordedEntry
    /// The reply in the outbox, if there is one.
    let reply: ReplyID?
}
