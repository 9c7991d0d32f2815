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
        let before = try FlameTables.counts(in: db)
        if batch.startsOver {
            try db.execute(
                sql: "DELETE FROM flame_row; DELETE FROM flame_state; DELETE FROM flame_outbox; DELETE FROM flame_run"
            )
        }
        for key in batch.removed { try FlameTables.remove(key, in: db) }
        for row in batch.rows { try FlameTables.put(row, in: db) }
        for (key, value) in batch.values { try FlameTables.put(value, for: key, in: db) }
        for write in batch.writes { try FlameTables.put(write, in: db) }
        for id in batch.settled { try FlameTables.removeWrite(id, in: db) }
        for consent in batch.consents { try FlameTables.put(consent, in: db) }
        for (id, run) in batch.runs { try FlameTables.put(run, of: id, in: db) }
        let after = try FlameTables.counts(in: db)
        try TallyTable.change(after.merging(before) { $0 - $1 }, in: db)
    }
}

extension AuditReader {
    /// What is stored of the FLAME node.
    public var flame: FlameReader { FlameReader(self) }
}
