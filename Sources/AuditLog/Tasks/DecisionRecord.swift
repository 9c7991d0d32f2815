/// What ``AgentStore/decide(_:entry:reply:)`` made durable.
public struct DecisionRecord: Sendable, Hashable {
    /// The decision as it stands in the log.
    public let entry: RecordedEntry
    /// The reply in the outbox, if there is one.
    public let reply: ReplyID?
}
