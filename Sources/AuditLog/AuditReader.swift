// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import StateStore

/// Reads the audit log of a running or a stopped agent, without its lock and without writing.
public final class AuditReader: Sendable {
    /// Reads the tables of all features.
    package let state: StateReader

    /// Opens the log for reading. Blocks for file access.
    ///
    /// - Parameters:
    ///   - path: The database file, by convention `<state_directory>/agent.sqlite`.
    ///   - features: What keeps its tables in the same file.
    /// - Throws: ``StoreError/Code/inaccessible`` if it isn't there or can't be read,
    ///   ``StoreError/Code/foreignDatabase``, ``StoreError/Code/newerSchema`` or ``StoreError/Code/olderSchema``.
    package convenience init(path: String, features: [any StateComponent]) throws(StoreError) {
        self.init(try StateReader(path: path, plan: AuditLog.plan(features)))
    }

    init(_ state: StateReader) {
        self.state = state
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

    /// Closes the connections; reads that are under way end with an error.
    public func close() throws(StoreError) {
        try state.close()
    }

    func read<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await state.read(action, body)
    }
}
