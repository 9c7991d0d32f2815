import Foundation

/// Whether the state can be written, for readiness and metrics.
public struct StoreHealth: Sendable {
    /// False after a storage fault, until a write succeeds again.
    public internal(set) var isWritable = true
    /// The storage fault that made it false; kept until a write succeeds.
    public internal(set) var fault: StoreError?
    /// When the fault came first.
    public internal(set) var faultSince: Date?
    /// How many bytes can still be written on the disk; nil if that can't be told.
    public internal(set) var freeBytes: Int64?
    /// Whether there is less free space than ``StoreLimits/minimumFreeBytes``, or the reserve was given up.
    public internal(set) var isShortOfSpace = false
    /// Whether a task may be taken: only if there is no doubt that what becomes of it can be recorded.
    public var canTakeTasks: Bool { isWritable && !isShortOfSpace }
    /// How many entries the log has.
    public internal(set) var entries: Int64 = 0
    /// How many of them the newest checkpoint covers; 0 until signing is started.
    public internal(set) var signedEntries: Int64 = 0
    /// When the newest checkpoint of this run was signed; nil before the first.
    public internal(set) var lastCheckpoint: Date?
    /// The size of the database file, in bytes.
    public internal(set) var bytes: Int64 = 0
    /// Why the newest checkpoint couldn't be kept beside the key; nil if it could.
    public internal(set) var checkpointFault: StoreError?
    /// How many writes wait for the writer now.
    public internal(set) var queuedWrites = 0
    /// Commits since the store was opened.
    public internal(set) var commits = 0
    /// Writes that those commits made durable.
    public internal(set) var committedWrites = 0
}
