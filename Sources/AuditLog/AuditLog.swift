// SPDX-License-Identifier: Apache-2.0

public import Foundation
package import GRDB
public import StateStore
import Synchronization

/// The audit log of an agent: append-only entries under a Merkle tree, with signed checkpoints.
///
/// It lives in the state database together with the tables of the agent's features, so that an entry and what it
/// announces become durable together. One process holds it at a time; others can read it with ``AuditReader``.
public final class AuditLog: Sendable {
    /// The state database.
    package let store: StateStore
    let board = CheckpointBoard()
    /// How checkpoints are signed; `nil` until that was started.
    let signing = Mutex<(setting: AuditSigning, files: AuditKeyFiles)?>(nil)
    let reader: AuditReader
    private let recorder: EntryRecorder
    private let modellerNames: ModellerNames

    /// Opens the log, or begins one. Blocks for file access; call it once, at start.
    ///
    /// For what to do about damage, see ``setAside(path:features:keyDirectory:reason:environment:)``.
    ///
    /// - Parameters:
    ///   - path: The database file, by convention `<state_directory>/agent.sqlite`; its directory must exist.
    ///   - features: What keeps its tables in the same file.
    ///   - modellerNames: How modellers' names are put into entries; plainly unless given.
    ///   - limits: The limits.
    ///   - environment: Clocks and randomness.
    /// - Throws: ``StoreError/Code/alreadyOpen``, ``StoreError/Code/newerSchema``,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/damaged``, ``StoreError/Code/inaccessible`` or a
    ///   storage fault.
    package init(
        path: String,
        features: [any StateComponent] = [],
        modellerNames: ModellerNames = .plain,
        limits: StoreLimits = StoreLimits(),
        environment: StoreEnvironment = StoreEnvironment()
    ) throws(StoreError) {
        recorder = EntryRecorder(environment: environment, board: board)
        self.modellerNames = modellerNames
        store = try StateStore(
            path: path,
            plan: Self.plan(features),
            participant: recorder,
            limits: limits,
            environment: environment
        )
        reader = AuditReader(store.reader)
    }

    /// The schema of a state database with these features.
    static func plan(_ features: [any StateComponent]) -> SchemaPlan {
        SchemaPlan([AuditTables()] + features)
    }

    /// Clocks and randomness.
    package var environment: StoreEnvironment { store.environment }

    /// Records an entry and returns when it is durable.
    ///
    /// - Throws: ``StoreError``. Whoever records before acting must not act then.
    @discardableResult
    public func append(_ entry: AuditEntry) async throws(StoreError) -> RecordedEntry {
        let draft = draft(entry)
        return try await write { try $0.record(draft) }
    }

    /// Prepares an entry on the caller's side.
    package func draft(_ entry: AuditEntry) -> EntryDraft {
        guard modellerNames == .erasable else { return EntryDraft(entry) }
        return EntryDraft(entry) { [environment] in
            (0..<SaltedName.saltBytes / 8).flatMap { _ in
                withUnsafeBytes(of: environment.random().littleEndian) { [UInt8]($0) }
            }
        }
    }

    /// Runs `body` in a transaction, in which it can change tables and record entries, and returns when it is durable.
    ///
    /// Once accepted, a write is carried out even if the calling task is cancelled: whether it happened is always known.
    /// It can be undone and run once more, so it must have no effect outside the database that can't be repeated.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        try await store.write { [recorder] db in try body(LogTransaction(db: db, recorder: recorder)) }
    }

    /// The entries that match, read in small steps while they are iterated.
    public func entries(matching query: AuditQuery = AuditQuery()) -> AuditEntries {
        reader.entries(matching: query)
    }

    /// Whether the log can be written, and how far it is signed.
    public var health: AuditLogHealth {
        var health = recorder.progress.withLock { $0 }
        health.store = store.health
        health.checkpointFault = board.file.fault
        return health
    }

    /// Refuses further writes, waits for those that were accepted, and closes the file.
    public func close() async throws(StoreError) {
        try await store.close { await board.close() }
    }
}

/// A transaction in which tables are changed and entries recorded, all or nothing.
package struct LogTransaction {
    /// The database, for the tables of the feature that writes.
    package let db: Database
    let recorder: EntryRecorder

    /// Inserts an entry at the end of the log.
    @discardableResult
    package func record(_ draft: EntryDraft) throws -> RecordedEntry {
        try recorder.record(draft, in: db)
    }
}

/// Whether the audit log can be written, and how far it is signed.
public struct AuditLogHealth: Sendable {
    /// The state database.
    public internal(set) var store = StoreHealth()
    /// How many entries the log has.
    public internal(set) var entries: Int64 = 0
    /// How many of them the newest checkpoint covers; 0 until signing is started.
    public internal(set) var signedEntries: Int64 = 0
    /// When the newest checkpoint of this run was signed; `nil` before the first.
    public internal(set) var lastCheckpoint: Date?
    /// Why the newest checkpoint couldn't be kept beside the key; `nil` if it could.
    public internal(set) var checkpointFault: StoreError?
}
