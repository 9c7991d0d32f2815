/// The answer to ``AgentStore/receive(_:)``.
public struct InboxReceipt: Sendable, Hashable {
    /// The message's row.
    public let id: InboxID
    /// False if the same message was received before and isn't finished: whoever works on it goes on, and this delivery
    /// only needs its acknowledgement.
    public let isNew: Bool
}
