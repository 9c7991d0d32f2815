import Foundation

/// A received message that has no decision yet, as found after a restart.
public struct InboxRow: Sendable, Hashable {
    /// How far it came.
    public enum State: String, Sendable, CaseIterable {
        /// Kept; the modeller has not been asked for a proof of identity.
        case received
        /// An identity exchange was begun. It can't be continued after a restart: reject.
        case identity
    }

    /// The message's row.
    public let id: InboxID
    /// How far it came.
    public let state: State
    /// Whether the service was told that we have it.
    public let isAcknowledged: Bool
    /// When it was received, to the millisecond.
    public let receivedAt: Date
    /// The message.
    public let message: StoredMessage
}
