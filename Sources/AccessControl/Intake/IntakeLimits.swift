/// The limits within which a message around a task is believed to be genuine.
public struct IntakeLimits: Sendable, Hashable {
    /// The greatest length of a username, pod identifier, task id, project id or key id. Default: 256 bytes.
    public var maximumIdentifierBytes: Int
    /// The greatest length of a mailbox id. Default: 256 bytes.
    public var maximumMailboxIDBytes: Int
    /// The greatest number of pods in one task. Default: 256.
    public var maximumPods: Int
    /// The greatest number of algorithms in one protocol. Default: 32.
    public var maximumAlgorithms: Int
    /// The greatest age of a request, inclusive. Default: 300 s (bitfount-protocol.md, 10.2).
    public var maximumAge: Duration
    /// How far ahead of this machine's clock a request may be, inclusive. Default: 60 s.
    public var maximumLead: Duration

    /// Limits, each with its default.
    public init(
        maximumIdentifierBytes: Int = 256,
        maximumMailboxIDBytes: Int = 256,
        maximumPods: Int = 256,
        maximumAlgorithms: Int = 32,
        maximumAge: Duration = .seconds(300),
        maximumLead: Duration = .seconds(60)
    ) {
        self.maximumIdentifierBytes = maximumIdentifierBytes
        self.maximumMailboxIDBytes = maximumMailboxIDBytes
        self.maximumPods = maximumPods
        self.maximumAlgorithms = maximumAlgorithms
        self.maximumAge = maximumAge
        self.maximumLead = maximumLead
    }

    var freshness: Freshness { Freshness(maximumAge: maximumAge, maximumLead: maximumLead) }
}
