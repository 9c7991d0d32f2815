/// The limits within which a message around a task is believed to be genuine.
public struct IntakeLimits: Sendable, Hashable {
    /// The greatest length of a username, pod identifier, task id, project id or key id: 256 bytes.
    public let maximumIdentifierBytes = 256
    /// The greatest length of a mailbox id: 256 bytes.
    public let maximumMailboxIDBytes = 256
    /// The greatest number of pods in one task: 256.
    public let maximumPods = 256
    /// The greatest number of algorithms in one protocol: 32.
    public let maximumAlgorithms = 32
    /// The greatest age of a request, inclusive: 300 s (bitfount-protocol.md, 10.2).
    public let maximumAge: Duration = .seconds(300)
    /// How far ahead of this machine's clock a request may be, inclusive: 60 s.
    public let maximumLead: Duration = .seconds(60)

    /// The limits.
    public init() {}

    var freshness: Freshness { Freshness(maximumAge: maximumAge, maximumLead: maximumLead) }
}
