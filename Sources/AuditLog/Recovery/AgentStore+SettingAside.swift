import Foundation
import GRDB

extension AgentStore {
    /// Sets a damaged or rolled-back log aside and begins a new one, which records that there was one before: the first
    /// entry is an `audit.gap` that names the old log's last known checkpoint. What can still be read of the tasks that
    /// the old log claimed is taken over, so that they can't be replayed.
    ///
    /// Nothing is deleted. No agent may be running. Afterwards open the store as usual; it signs with a new name and key.
    ///
    /// - Parameters:
    ///   - path: The database file.
    ///   - keyDirectory: Where the old log's key and last checkpoint are.
    ///   - reason: Why, as the entry says it; such as `database-damaged`.
    ///   - environment: Clocks and randomness.
    /// - Throws: ``StoreError/Code/alreadyOpen`` if an agent is running.
    @discardableResult
    public static func setAside(
        path: String,
        keyDirectory: URL,
        reason: String,
        environment: StoreEnvironment = StoreEnvironment()
    ) async throws(StoreError) -> SetAsideLog {
        let file = StoreFile(path: path)
        let lock = try StoreLock(path: file.lockPath)
        let old = DamagedLog(file: file)
        let last = (try? AuditKeyFiles(directory: keyDirectory).loadCheckpoint()) ?? old.lastCheckpoint()
        let claims = old.claims()
        let moved = try file.setAside(at: environment.milliseconds)
        lock.release()

        let store = try AgentStore(path: path, environment: environment)
        var entry = AuditEntry(.auditGap)
        entry.by = .operator
        entry.reason = reason
        entry.reference = SetAsideLog.reference(to: last)
        let draft = store.draft(entry)
        try await store.writer.perform { db, recorder in
            try db.execute(
                sql: "UPDATE log SET previous = ?",
                arguments: [last.map { String(decoding: $0.bytes, as: UTF8.self) }]
            )
            for claim in claims { try TaskTable.insertFormer(claim, in: db) }
            _ = try recorder.record(draft, in: db)
        }
        try await store.close()
        return SetAsideLog(files: moved, lastCheckpoint: last, claims: claims.count)
    }
}
