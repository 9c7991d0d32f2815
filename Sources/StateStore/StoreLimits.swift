/// The limits of the state database.
public struct StoreLimits: Sendable {
    /// How many writes may wait for the writer. Beyond it a write fails with ``StoreError/Code/overloaded``.
    public var queuedWrites: Int
    /// How many waiting writes share one commit.
    public var writesPerCommit: Int
    /// The size of the file that is given up when the disk is full, in bytes; 0 for none.
    public var reserveBytes: Int
    /// With less free space than this, in bytes, no new task should be taken.
    public var minimumFreeBytes: Int64
    /// A database up to this size, in bytes, is checked for damage before it is opened; a larger one while it is used
    /// already.
    public var foregroundCheckBytes: Int64

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - queuedWrites: 8,192 unless given.
    ///   - writesPerCommit: 256 unless given.
    ///   - reserveBytes: 8 MiB unless given.
    ///   - minimumFreeBytes: 64 MiB unless given.
    ///   - foregroundCheckBytes: 16 MiB unless given.
    public init(
        queuedWrites: Int = 8_192,
        writesPerCommit: Int = 256,
        reserveBytes: Int = 8 << 20,
        minimumFreeBytes: Int64 = 64 << 20,
        foregroundCheckBytes: Int64 = 16 << 20
    ) {
        self.queuedWrites = queuedWrites
        self.writesPerCommit = writesPerCommit
        self.reserveBytes = reserveBytes
        self.minimumFreeBytes = minimumFreeBytes
        self.foregroundCheckBytes = foregroundCheckBytes
    }
}
