// SPDX-License-Identifier: Apache-2.0

package import GRDB

/// Reads the state database of a running or a stopped agent, without its lock and without writing.
package final class StateReader: Sendable {
    /// How many reads go on at the same time.
    private static let connections = 4

    /// The schema of what is read.
    package let plan: SchemaPlan
    private let pool: DatabasePool

    /// Opens the database for reading. Blocks for file access.
    ///
    /// - Throws: ``StoreError/Code/inaccessible`` if it isn't there or can't be read,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/newerSchema`` or ``StoreError/Code/olderSchema``.
    package init(path: String, plan: SchemaPlan) throws(StoreError) {
        self.plan = plan
        pool = try StoreConnection.readers(StoreFile(path: path), count: Self.connections)
        try SchemaMigrator.requireCurrent(pool, plan)
    }

    /// Runs `body` in a read transaction.
    package func read<Value: Sendable>(
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
    package func readWithoutTransaction<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.unsafeRead(body)
        } catch {
            throw StoreError(error, while: action)
        }
    }

    /// Reads on a queue of its own, without anyone waiting for it.
    func asyncRead(_ body: @escaping @Sendable (Database) -> Void) {
        pool.asyncRead { result in
            if let db = try? result.get() { body(db) }
        }
    }

    /// Closes the connections; reads that are under way end with an error.
    package func close() throws(StoreError) {
        pool.interrupt()
        try StoreError.wrapping("the reader was being closed") { try pool.close() }
    }
}

extension String {
    /// The text as a column can hold it: SQLite's C interface ends a text at the first NUL, and two different task ids
    /// must not become one that way.
    package var columnText: String {
        utf8.contains(0) ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self
    }
}
