// SPDX-License-Identifier: Apache-2.0

import GRDB
public import StateStore

extension AuditLog {
    /// Forgets a person: deletes the salts of all entries that name them as a salted hash, and their name and messages
    /// from the finished messages. Entries that name them plainly can't be changed, and tasks that aren't finished are
    /// left alone. Backups that were made before still have what was deleted.
    ///
    /// - Parameters:
    ///   - modeller: The username.
    ///   - entry: Recorded with it, such as `modeller.forgotten` by the operator; must not hold the name. Not recorded if there
    ///     is nothing to forget.
    /// - Returns: What was forgotten.
    @discardableResult
    public func forget(modeller: String, entry: AuditEntry) async throws(StoreError) -> ForgottenModeller {
        let draft = EntryDraft(entry)
        let name = modeller.columnText
        let components = store.reader.plan.components
        let forgotten = try await write { transaction in
            let db = transaction.db
            // Otherwise the deleted bytes would stay in the file until something else needs the room.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
            let entries = try SaltTable.delete("name = ?", [name], in: db)
            let messages = try components.reduce(0) { try $0 + $1.forget(name, in: db) }
            let forgotten = ForgottenModeller(entries: entries, messages: messages)
            if !forgotten.isEmpty { try transaction.record(draft) }
            return forgotten
        }
        if !forgotten.isEmpty { try await truncateLog() }
        return forgotten
    }

    /// Empties the write-ahead log, in which deleted bytes can still stand.
    private func truncateLog() async throws(StoreError) {
        try await store.writeOutsideTransaction("the write-ahead log was being emptied") { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}

/// What was deleted to forget a person.
public struct ForgottenModeller: Sendable, Hashable {
    /// How many entries can't be traced to the person any more.
    public let entries: Int
    /// How many finished messages have lost the person's name and their content.
    public let messages: Int

    /// Whether nothing was known that could be deleted.
    public var isEmpty: Bool { entries == 0 && messages == 0 }
}
