/// The store's limits.
public struct StoreLimits: Sendable {
    /// How many writes may wait for the writer. Beyond it a write fails with ``StoreError/Code/overloaded``.
    public var queuedWrites: Int
    /// How many waiting writes share one commit.
    public var writesPerCommit: Int
    /// The largest message that ``AgentStore/receive(_:)`` keeps, in bytes.
    public var messageBytes: Int
    /// The largest reply, in bytes.
    public var replyBytes: Int
    /// The longest receipt handle, mailbox id, task id or sender, in bytes.
    public var identifierBytes: Int
    /// How long the payload of a finished message is kept before ``AgentStore/prunePayloads()`` removes it.
    public var payloadRetention: Duration
    /// The size of the file that is given up when the disk is full; 0 for none.
    public var reserveBytes: Int
    /// With less free space than this, no new task should be taken.
    public var minimumFreeBytes: Int64
    /// A database up to this size is checked for damage before it is opened; a larger one while it is used already.
    public var foregroundCheckBytes: Int64

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - queuedWrites: 8,192 unless given.
    ///   - writesPerCommit: 256 unless given.
    ///   - messageBytes: 64 MiB unless given.
    ///   - replyBytes: 16 MiB unless given.
    ///   - identifierBytes: 8 KiB unless given.
    ///   - payloadRetention: 7 days unless given.
    ///   - reserveBytes: 8 MiB unless given.
    ///   - minimumFreeBytes: 64 MiB unless given.
    ///   - foregroundCheckBytes: 16 MiB unless given.
    public init(
        queuedWrites: Int = 8_192,
        writesPerCommit: Int = 256,
        messageBytes: Int = 64 << 20,
        replyBytes: Int = 16 << 20,
        identifierBytes: Int = 8 << 10,
        payloadRetention: Duration = .seconds(7 * 86_400),
        reserveBytes: Int = 8 << 20,
        minimumFreeBytes: Int64 = 64 << 20,
        foregroundCheckBytes: Int64 = 16 << 20
    ) {
        self.queuedWrites = queuedWrites
        self.writesPerCommit = writesPerCommit
        self.messageBytes = messageBytes
        self.replyBytes = replyBytes
        self.identifierBytes = identifierBytes
        self.payloadRetention = payloadRetention
        self.reserveBytes = reserveBytes
        self.minimumFreeBytes = minimumFreeBytes
        self.foregroundCheckBytes = foregroundCheckBytes
    }

    var payloadRetentionMilliseconds: Int64 { payloadRetention.components.seconds * 1_000 }
}
