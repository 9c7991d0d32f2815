import Foundation
import GRDB

/// Reads the audit log of a running or a stopped agent, without its lock and without writing.
public final class AuditReader: Sendable {
    /// How many reads go on at the same time.
    private static let connections = 4

    private let pool: DatabasePool

    /// Opens the log for reading. Blocks for file access.
    ///
    /// - Parameter path: The database file, by convention `<state_directory>/agent.sqlite`.
    /// - Throws: ``StoreError/Code/inaccessible`` if it isn't there or can't be read,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/newerSchema`` or ``StoreError/Code/olderSchema``.
    public init(path: String) throws(StoreError) {
        pool = try StoreConnection.readers(StoreFile(path: path), count: Self.connections)
        try StoreMigrator.requireCurrent(pool)
    }

    /// The entries that match, read in small steps while they are iterated: memory stays bounded, and no read
    /// transaction is held between the steps. Entries recorded after the first step are not part of the result.
    public func entries(matching query: AuditQuery = AuditQuery()) -> AuditEntries {
        AuditEntries(reader: self, query: query)
    }

    /// The log's own id, a UUID; part of its name.
    public func instance() async throws(StoreError) -> String {
        let instance = try await read("the log's id was being read") {
            try String.fetchOne($0, sql: "SELECT instance FROM log")
        }
        guard let instance else { throw StoreError(.damaged, "The audit log has lost its id.") }
        return instance
    }

    /// What was moved from the database into archives, oldest first.
    public func archives() async throws(StoreError) -> [ArchivedSegment] {
        try await read("the archives were being listed") { try ArchiveTable.all(in: $0) }
    }

    /// Reads on a queue of its own, without anyone waiting for it.
    func asyncRead(_ body: @escaping @Sendable (Database) -> Void) {
        pool.asyncRead { result in
            if let db = try? result.get() { body(db) }
        }
    }

    /// Closes the connections; reads that are under way end with an error.
    public func close() throws(StoreError) {
        pool.interrupt()
        try StoreError.wrapping("the reader was being closed") { try pool.close() }
    }

    func read<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw StoreError(error, while: action)
        }
    }

    /// Runs `body` without a transaction around it: for what reads so much that it would keep the write-ahead log from
    /// starting anew.
    func readWithoutTransaction<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.unsafeRead(body)
        } catch {
            throw StoreError(error, while: action)
        }
    }
}
