import Foundation

/// A reply that is durable and has not been sent, or has to be sent again.
public struct PendingReply: Sendable, Hashable {
    /// The reply's row.
    public let id: ReplyID
    /// The message that it answers.
    public let inboxID: InboxID
    /// What to send.
    public let reply: StoredReply
    /// How often sending failed.
    public let attempts: Int
    /// Not to be tried before this moment.
    public let nextAttempt: Date
    /// When the decision that it announces was made.
    public let decidedAt: Date
}
