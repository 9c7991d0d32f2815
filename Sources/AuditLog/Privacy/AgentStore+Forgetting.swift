import GRDB

extension AgentStore {
    /// Forgets a person: deletes the salts of all entries that name them as a salted hash, and their name and messages
    /// from the finished messages. Entries that name them plainly can't be changed, and tasks that aren't finished are
    /// left alone. Backups that were made before still have what was deleted.
    ///
    /// - Parameters:
    ///   - modeller: The username.
    ///   - entry: Recorded with it, such as `config.changed` by the operator; must not hold the name.
    /// - Returns: How many entries can't be traced to the person any more.
    @discardableResult
    public func forget(modeller: String, entry: AuditEntry) async throws(StoreError) -> Int {
        let draft = EntryDraft(entry)
        let name = modeller.columnText
        let forgotten = try await writer.perform { db, recorder in
            _ = try recorder.record(draft, in: db)
            // Otherwise the deleted bytes would stay in the file until something else needs the room.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
            try db.execute(sql: "DELETE FROM salt WHERE name = ?", arguments: [name])
            let forgotten = db.changesCount
            let ids = try Int64.fetchAll(
                db,
                sql: "SELECT id FROM inbox WHERE sender = ? AND state = 'done'",
                arguments: [name]
            )
            for id in ids { try InboxTable.update(InboxID(id), "sender = '', payload = NULL", in: db) }
            return forgotten
        }
        try await truncateLog()
        return forgotten
    }

    /// Empties the write-ahead log, in which deleted bytes can still stand.
    private func truncateLog() async throws(StoreError) {
        try await writer.performOutsideTransaction("the write-ahead log was being emptied") { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
