/// The answer to ``AgentStore/claim(_:taskID:target:requestSHA256:entry:)``.
public enum TaskClaim: Sendable, Hashable {
    /// The task was never seen before, or this very message claimed it already: go on with it.
    case fresh
    /// The same task came again in another message. `original` is the message that claimed it; `answered` tells whether
    /// it has its decision, in which case its reply can be sent again with ``AgentStore/resendReply(for:)``.
    case redelivery(of: InboxID, answered: Bool)
    /// The task id was used before for this target, with another request.
    case replayedTask
    /// The request was used before, for another task id or target.
    case replayedRequest
}
