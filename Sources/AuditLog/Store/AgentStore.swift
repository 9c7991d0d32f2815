import Foundation
import GRDB
import Synchronization

/// The agent's state on disk: the audit log, and what has to be remembered about tasks and replies.
///
/// One SQLite file holds both, so that an entry and what it announces become durable together. One process holds it at
/// a time; others can read it with ``AuditReader``. Every write returns only when it is on disk
/// (`journal_mode=WAL`, `synchronous=FULL`), and writes that arrive together share a commit.
public final class AgentStore: Sendable {
    let file: StoreFile
    let limits: StoreLimits
    let environment: StoreEnvironment
    let writer: GroupCommitWriter
    let board = CheckpointBoard()
    /// How checkpoints are signed; nil until that was started.
    let signing = Mutex<(setting: AuditSigning, files: AuditKeyFiles)?>(nil)
    let reader: AuditReader
    private let reserve: DiskReserve
    private let modellerNames: ModellerNames
    private let queue: DatabaseQueue
    private let lock: StoreLock

    /// Opens the state, or makes it: takes the lock, checks the file, and brings an older one up to date after a backup
    /// (`<path>.v<version>.backup`). Blocks for file access; call it once, at start.
    ///
    /// A file larger than ``StoreLimits/foregroundCheckBytes`` is checked while it is used already. If that finds damage,
    /// ``health`` says so and every write is refused, and the next opening checks first. For what to do about damage, see
    /// ``setAside(path:keyDirectory:reason:environment:)``.
    ///
    /// - Parameters:
    ///   - path: The database file, by convention `<state_directory>/agent.sqlite`; its directory must exist.
    ///   - modellerNames: How modellers' names are put into entries; plainly unless given.
    ///   - limits: The limits.
    ///   - environment: Clocks and randomness.
    /// - Throws: ``StoreError/Code/alreadyOpen``, ``StoreError/Code/newerSchema``,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/damaged``, ``StoreError/Code/inaccessible`` or a
    ///   storage fault.
    public init(
        path: String,
        modellerNames: ModellerNames = .plain,
        limits: StoreLimits = StoreLimits(),
        environment: StoreEnvironment = StoreEnvironment()
    ) throws(StoreError) {
        file = StoreFile(path: path)
        self.modellerNames = modellerNames
        self.limits = limits
        self.environment = environment
        lock = try StoreLock(path: file.lockPath)
        try file.prepare()
        let queue = try StoreConnection.writer(file)
        self.queue = queue
        try StoreMigrator(file: file).migrate(queue)
        let isChecked = file.isSuspect || file.bytes <= limits.foregroundCheckBytes
        if isChecked {
            try StoreError.wrapping("the state database was being checked") {
                try queue.writeWithoutTransaction { try IntegrityCheck.run($0) }
            }
            try file.trust()
        }
        reserve = DiskReserve(path: file.reservePath, bytes: limits.reserveBytes)
        reserve.hold(floor: limits.minimumFreeBytes)
        writer = try GroupCommitWriter(
            database: queue,
            file: file,
            board: board,
            reserve: reserve,
            limits: limits,
            environment: environment
        )
        reader = try AuditReader(path: path)
        if !isChecked { IntegrityCheck.runInBackground(reader, reportingTo: writer) }
    }

    /// Records an entry and returns when it is durable.
    ///
    /// - Throws: ``StoreError``. Whoever records before acting must not act then.
    @discardableResult
    public func append(_ entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        let draft = draft(entry)
        return try await writer.perform { db, recorder in try recorder.record(draft, in: db) }
    }

    /// Prepares an entry on the caller's side.
    func draft(_ entry: AuditEntry) -> EntryDraft {
        guard modellerNames == .erasable else { return EntryDraft(entry) }
        return EntryDraft(entry) { [environment] in
            (0..<SaltedName.saltBytes / 8).flatMap { _ in
                withUnsafeBytes(of: environment.random().littleEndian) { [UInt8]($0) }
            }
        }
    }

    /// The entries that match, read in small steps while they are iterated.
    public func entries(matching query: AuditQuery = AuditQuery()) -> AuditEntries {
        reader.entries(matching: query)
    }

    /// Whether the state can be written, and how much was.
    public var health: StoreHealth {
        var health = writer.health
        health.checkpointFault = board.file.fault
        health.bytes = file.bytes
        health.freeBytes = DiskReserve.freeBytes(beside: file.path)
        health.isShortOfSpace = !reserve.isHeld || health.freeBytes.map { $0 < limits.minimumFreeBytes } ?? false
        return health
    }

    /// Tries a write, so that ``health`` tells the truth after a storage fault although nothing else is being written, and
    /// takes back the reserve that was given up when the disk was full, if there is room again.
    public func probe() async throws(StoreError) {
        reserve.hold(floor: limits.minimumFreeBytes)
        try await writer.perform { db, _ in
            try db.execute(sql: "PRAGMA user_version = \(StoreSchema.currentVersion)")
        }
    }

    /// Refuses further writes, waits for those that were accepted, and closes the file.
    public func close() async throws(StoreError) {
        await writer.close()
        await board.close()
        try reader.close()
        try StoreError.wrapping("the state database was being closed") { try queue.close() }
        lock.release()
    }

    func read<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await reader.read(action, body)
    }
}
