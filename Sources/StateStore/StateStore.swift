// SPDX-License-Identifier: Apache-2.0

public import Foundation
package import GRDB
import SystemFiles
import Timekeeping

/// The agent's state on disk: one SQLite file with the tables of all its features.
///
/// One process holds it at a time; others can read it with ``StateReader``. Every write returns only when it is on disk
/// (`journal_mode=WAL`, `synchronous=FULL`), and writes that arrive together share a commit.
package final class StateStore: Sendable {
    /// The limits.
    package let limits: StoreLimits
    /// Clocks and randomness.
    package let environment: StoreEnvironment
    /// Reads beside the writer.
    package let reader: StateReader
    private let file: StoreFile
    private let plan: SchemaPlan
    private let writer: GroupCommitWriter
    private let reserve: DiskReserve
    private let queue: DatabaseQueue
    private let lock: FileLock

    /// Opens the state, or makes it: takes the lock, checks the file, and brings an older one up to date after a backup
    /// (`<path>.v<version>.backup`). Blocks for file access; call it once, at start.
    ///
    /// A file larger than ``StoreLimits/foregroundCheckBytes`` is checked while it is used already. If that finds damage,
    /// ``health`` says so and every write is refused, and the next opening checks first.
    ///
    /// - Parameters:
    ///   - path: The database file, by convention `<state_directory>/agent.sqlite`; its directory must exist.
    ///   - plan: The tables.
    ///   - participant: What keeps itself in step with the transactions.
    ///   - limits: The limits.
    ///   - environment: Clocks and randomness.
    /// - Throws: ``StoreError/Code/alreadyOpen``, ``StoreError/Code/newerSchema``,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/damaged``, ``StoreError/Code/inaccessible`` or a
    ///   storage fault.
    package init(
        path: String,
        plan: SchemaPlan,
        participant: (any TransactionParticipant)? = nil,
        limits: StoreLimits = StoreLimits(),
        environment: StoreEnvironment = StoreEnvironment()
    ) throws(StoreError) {
        file = StoreFile(path: path)
        self.plan = plan
        self.limits = limits
        self.environment = environment
        lock = try file.lock()
        try file.prepare()
        let queue = try StoreConnection.writer(file)
        self.queue = queue
        try SchemaMigrator(file: file, plan: plan).migrate(queue)
        let isChecked = file.isSuspect || file.bytes <= limits.foregroundCheckBytes
        if isChecked {
            try StoreError.wrapping("the state database was being checked") {
                try queue.writeWithoutTransaction { try IntegrityCheck.run($0) }
            }
            try file.trust()
        }
        reserve = DiskReserve(path: file.reservePath, bytes: limits.reserveBytes)
        reserve.hold(floor: limits.minimumFreeBytes)
        try StoreError.wrapping("the state database was being read at its opening") {
            try queue.writeWithoutTransaction { try participant?.opened($0) }
        }
        writer = GroupCommitWriter(
            database: queue,
            file: file,
            participant: participant,
            reserve: reserve,
            limits: limits,
            environment: environment
        )
        reader = try StateReader(path: path, plan: plan)
        if !isChecked { IntegrityCheck.runInBackground(reader, reportingTo: writer) }
    }

    /// Runs `body` in a transaction and returns when it is durable.
    ///
    /// Once accepted, a write is carried out even if the calling task is cancelled: whether it happened is always known.
    /// It can be undone and run once more, so it must have no effect outside the database that can't be repeated.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await writer.perform(body)
    }

    /// Runs `body` between two transactions, for what SQLite does in none.
    package func writeOutsideTransaction(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws(StoreError) {
        try await writer.performOutsideTransaction(action, body)
    }

    /// Runs `body` in a read transaction, beside the writer.
    package func read<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await reader.read(action, body)
    }

    /// Whether the state can be written, and how much was.
    package var health: StoreHealth {
        var health = writer.health
        health.bytes = file.bytes
        health.freeBytes = DiskReserve.freeBytes(beside: file.path)
        health.isShortOfSpace = !reserve.isHeld || health.freeBytes.map { $0 < limits.minimumFreeBytes } ?? false
        return health
    }

    /// Tries a write, so that ``health`` tells the truth after a storage fault although nothing else is being written, and
    /// takes back the reserve that was given up when the disk was full, if there is room again.
    package func probe() async throws(StoreError) {
        reserve.hold(floor: limits.minimumFreeBytes)
        let version = plan.currentVersion
        try await writer.perform { db in try db.execute(sql: "PRAGMA user_version = \(version)") }
    }

    /// Refuses further writes, waits for those that were accepted, and closes the file.
    ///
    /// - Parameter beforeClosing: What else has to end before the file is closed.
    package func close(_ beforeClosing: () async -> Void = {}) async throws(StoreError) {
        await writer.close()
        await beforeClosing()
        try reader.close()
        try StoreError.wrapping("the state database was being closed") { try queue.close() }
        lock.release()
    }
}

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

/// The clocks and the randomness that the store draws from; tests put their own in.
public struct StoreEnvironment: Sendable {
    /// The wall clock.
    public var wallClock: @Sendable () -> Date
    /// A clock that never goes back; only differences between its readings count.
    public var monotonicClock: @Sendable () -> ContinuousClock.Instant
    /// 64 random bits.
    public var random: @Sendable () -> UInt64

    /// Creates an environment; the defaults are the system's own.
    public init(
        wallClock: @escaping @Sendable () -> Date = { Date() },
        monotonicClock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.wallClock = wallClock
        self.monotonicClock = monotonicClock
        self.random = random
    }

    /// The wall clock in milliseconds since 1970.
    package var milliseconds: Int64 { ISO8601.milliseconds(of: wallClock()) }
}
