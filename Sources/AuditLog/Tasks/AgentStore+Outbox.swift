import Foundation
import GRDB

extension AgentStore {
    /// The replies that wait to be sent, those due first.
    ///
    /// - Parameter limit: At most so many; each is held in memory whole.
    public func pendingReplies(limit: Int = 256) async throws(StoreError) -> [PendingReply] {
        try await read("the outbox was being read") { try OutboxTable.pending(limit: limit, in: $0) }
    }

    /// Whether a reply still waits to be sent: a list of pending replies may be out of date by the time they are sent.
    public func isPending(_ id: ReplyID) async throws(StoreError) -> Bool {
        try await read("the outbox was being read") { db in
            let sql = "SELECT state = 'pending' FROM outbox WHERE id = ?"
            return try Bool.fetchOne(db, sql: sql, arguments: [id.rawValue]) ?? false
        }
    }

    /// Puts the reply to a message into the outbox again, byte for byte the same, due at once.
    ///
    /// - Parameter id: The message that the reply answers, as named by ``TaskClaim/redelivery(of:answered:)``.
    /// - Returns: The reply's id, or nil if the message was finished without a reply or isn't finished.
    @discardableResult
    public func resendReply(for id: InboxID) async throws(StoreError) -> ReplyID? {
        let now = environment.milliseconds
        return try await writer.perform { db, _ in try OutboxTable.renew(id, milliseconds: now, in: db) }
    }

    /// Notes that a reply was sent, and records `entry`.
    ///
    /// - Returns: The entry, or nil if the reply wasn't waiting any more; then nothing is recorded.
    @discardableResult
    public func markSent(_ id: ReplyID, entry: AuditEntry) async throws(StoreError) -> RecordedEntry? {
        let draft = draft(entry)
        return try await writer.perform { db, recorder in
            guard try OutboxTable.updatePending(id, "state = 'sent'", in: db) else { return nil }
            return try recorder.record(draft, in: db)
        }
    }

    /// Notes that sending a reply failed.
    ///
    /// - Parameters:
    ///   - id: The reply.
    ///   - nextAttempt: When to try again; nil gives the reply up.
    ///   - entry: A `reply.failed` entry, if this failure is to be recorded.
    @discardableResult
    public func markFailed(
        _ id: ReplyID,
        nextAttempt: Date?,
        entry: AuditEntry?
    ) async throws(StoreError) -> RecordedEntry? {
        let draft = entry.map(draft)
        let next = nextAttempt.map(EntryTime.milliseconds)
        return try await writer.perform { db, recorder in
            let isPending =
                if let next {
                    try OutboxTable.updatePending(id, "attempts = attempts + 1, next_attempt_ms = ?", [next], in: db)
                } else {
                    try OutboxTable.updatePending(id, "attempts = attempts + 1, state = 'abandoned'", in: db)
                }
            guard isPending else { return nil }
            return try draft.map { try recorder.record($0, in: db) }
        }
    }
}
