import Foundation

/// Whether the state can be written, for readiness and metrics.
public struct StoreHealth: Sendable {
    /// `false` after a storage fault, until a write succeeds again.
    public internal(set) var isWritable = true
    /// The storage fault that made it `false`; kept until a write succeeds.
    public internal(set) var fault: StoreError?
    /// When the fault came first.
    public internal(set) var faultSince: Date?
    /// How many bytes can still be written on the disk; `nil` if that can't be told.
    public internal(set) var freeBytes: Int64?
    /// Whether there is less free space than ``StoreLimits/minimumFreeBytes``, or the reserve was given up.
    public internal(set) var isShortOfSpace = false
    /// The size of the database file, in bytes.
    public internal(set) var bytes: Int64 = 0
    /// How many writes wait for the writer now.
    public internal(set) var queuedWrites = 0
    /// Commits since the store was opened.
    public internal(set) var commits = 0
    /// Writes that those commits made durable.
    public internal(set) var committedWrites = 0

    package init() {}

    /// Whether a task may be taken: only if there is no doubt that what becomes of it can be recorded.
    public var canTakeTasks: Bool { isWritable && !isShortOfSpace }
}
