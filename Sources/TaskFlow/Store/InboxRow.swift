import Foundation

/// A received message that has no decision yet, as found after a restart.
struct InboxRow: Sendable, Hashable {
    /// How far it came.
    enum State: String, Sendable, CaseIterable {
        /// Kept; the modeller has not been asked for a proof of identity.
        case received
        /// An identity exchange was begun. It can't be continued after a restart: reject.
        case identity
    }

    /// The message's row.
    let id: InboxID
    /// How far it came.
    let state: State
    /// Whether the service was told that we have it.
    let isAcknowledged: Bool
    /// When it was received, to the millisecond.
    let receivedAt: Date
    /// The message.
    let message: StoredMessage
}

/// The number of a received message in the agent's inbox; grows with each, never used twice.
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
