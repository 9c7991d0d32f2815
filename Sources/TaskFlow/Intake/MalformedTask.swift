/// A task request that can't be answered: there is no key to seal an answer with, or no mailbox to send it to.
public struct MalformedTask: Sendable, Hashable {
    /// What is wrong with it.
    public let reason: DecisionReason
    /// What could be read of it.
    public let facts: TaskFacts
}
