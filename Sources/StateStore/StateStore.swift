import Foundation
import GRDB

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
    private let lock: StoreLock

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
        lock = try StoreLock(path: file.lockPath)
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
        try StoreError.wrapping("the end of the audit log was being read") {
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
