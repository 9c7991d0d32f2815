// SPDX-License-Identifier: Apache-2.0

import GRDB
public import StateStore

extension AuditLog {
    /// Forgets a person: deletes the salts of all entries that name them as a salted hash, and from the finished messages
    /// their name, the messages and the replies. Then nothing of it is left in the state directory: the database is written
    /// anew, and backups of former versions are removed. Entries that name them plainly can't be changed, and tasks that
    /// aren't finished are left alone.
    ///
    /// What was interrupted is finished by calling it again.
    ///
    /// - Parameters:
    ///   - modeller: The username.
    ///   - entry: Recorded with it, such as `modeller.forgotten` by the operator; must not hold the name. Not recorded if there
    ///     is nothing to forget.
    /// - Returns: What was forgotten.
    /// - Throws: ``StoreError/Code/busy`` if something reads for so long that the bytes can't be erased: call it again.
    @discardableResult
    public func forget(modeller: String, entry: AuditEntry) async throws(StoreError) -> ForgottenModeller {
        let draft = EntryDraft(entry)
        let name = modeller.columnText
        let components = store.reader.plan.components
        var forgotten = try await write { transaction in
            let db = transaction.db
            let entries = try SaltTable.delete("name = ?", [name], in: db)
            let messages = try components.reduce(0) { try $0 + $1.forget(name, in: db) }
            let forgotten = ForgottenModeller(entries: entries, messages: messages)
            if !forgotten.isEmpty { try transaction.record(draft) }
            return forgotten
        }
        forgotten.setAside = try await store.eraseDeleted()
        return forgotten
    }
}

/// What was deleted to forget a person.
public struct ForgottenModeller: Sendable, Hashable {
    /// How many entries can't be traced to the person any more.
    public let entries: Int
    /// How many finished messages have lost the person's name and their content.
    public let messages: Int
    /// The databases that were set aside once, which can still name the person.
    public internal(set) var setAside: [String] = []

    /// Whether nothing was known that could be deleted.
    public var isEmpty: Bool { entries == 0 && messages == 0 }
}
