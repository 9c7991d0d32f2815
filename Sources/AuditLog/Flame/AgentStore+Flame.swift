import GRDB

extension AgentStore {
    /// Stores the changes and records the entries, all or nothing, and returns when they are durable.
    public func apply(_ batch: FlameBatch) async throws(StoreError) {
        guard !batch.isEmpty else { return }
        let drafts = batch.entries.map(draft)
        try await writer.perform { db, recorder in
            try Self.store(batch, in: db)
            for draft in drafts { _ = try recorder.record(draft, in: db) }
        }
    }

    /// What is stored of the FLAME node.
    public var flame: FlameReader { FlameReader(reader) }

    private static func store(_ batch: FlameBatch, in db: Database) throws {
        if batch.startsOver {
            try db.execute(
                sql: "DELETE FROM flame_row; DELETE FROM flame_state; DELETE FROM flame_outbox; DELETE FROM flame_run"
            )
        }
        for key in batch.removed {
            try db.cachedStatement(sql: "DELETE FROM flame_row WHERE kind = ? AND id = ?")
                .execute(arguments: [key.kind.rawValue, key.id])
        }
        for row in batch.rows { try FlameTables.put(row, in: db) }
        for (key, value) in batch.values {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO flame_state VALUES (?, ?)")
                .execute(arguments: [key, value])
        }
        for write in batch.writes {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO flame_outbox VALUES (?, ?, ?)")
                .execute(arguments: [write.id, write.target, write.body])
        }
        for id in batch.settled {
            try db.cachedStatement(sql: "DELETE FROM flame_outbox WHERE id = ?").execute(arguments: [id])
        }
        for consent in batch.consents {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO flame_consent VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: [
                    consent.subject.kind.rawValue, consent.subject.id, consent.isGranted, consent.by.rawValue,
                    EntryTime.milliseconds(consent.at),
                ])
        }
        for (id, run) in batch.runs {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO flame_run VALUES (?, ?, ?)")
                .execute(arguments: [id, run.isRunning, run.body])
        }
    }
}

extension AuditReader {
    /// What is stored of the FLAME node.
    public var flame: FlameReader { FlameReader(self) }
}
