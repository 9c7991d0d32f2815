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

    /// Closes the connections.
    public func close() throws(StoreError) {
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
}
