// SPDX-License-Identifier: Apache-2.0

package import Foundation
import GRDB
package import StateStore

extension AuditLog {
    /// Sets a damaged or rolled-back log aside and begins a new one, which records that there was one before: the first
    /// entry is an `audit.gap` that names the old log's last known checkpoint. What can still be read of the tasks that
    /// the old log claimed is taken over, so that they can't be replayed.
    ///
    /// Nothing is deleted. No agent may be running. Afterwards open the store as usual; it signs with a new name and key.
    ///
    /// - Parameters:
    ///   - path: The database file.
    ///   - features: What keeps its tables in the same file.
    ///   - keyDirectory: Where the old log's key and last checkpoint are.
    ///   - reason: Why, as the entry says it; such as `database-damaged`.
    ///   - environment: Clocks and randomness.
    /// - Throws: ``StoreError/Code/alreadyOpen`` if an agent is running.
    @discardableResult
    package static func setAside(
        path: String,
        features: [any StateComponent] = [],
        keyDirectory: URL,
        reason: String,
        environment: StoreEnvironment = StoreEnvironment()
    ) async throws(StoreError) -> SetAsideLog {
        let beside = try? AuditKeyFiles(directory: keyDirectory).loadCheckpoint()
        let (moved, (last, salvaged)) = try DamagedState(path: path).setAside(environment) { old in
            let last = beside ?? old.read { try CheckpointTable.last(in: $0) } ?? nil
            return (last, features.compactMap { $0.salvage(from: old) })
        }

        let log = try AuditLog(path: path, features: features, environment: environment)
        var entry = AuditEntry(.auditGap)
        entry.by = .operator
        entry.reason = reason
        entry.reference = SetAsideLog.reference(to: last)
        let draft = log.draft(entry)
        let rows = try await log.write { transaction in
            try transaction.db.execute(
                sql: "UPDATE log SET previous = ?",
                arguments: [last.map { String(decoding: $0.bytes, as: UTF8.self) }]
            )
            let rows = try salvaged.reduce(0) { try $0 + $1(transaction.db) }
            try transaction.record(draft)
            return rows
        }
        try await log.close()
        return SetAsideLog(files: moved, lastCheckpoint: last, claims: rows)
    }
}

/// What became of a log that was set aside.
public struct SetAsideLog: Sendable {
    /// Where the old files are now.
    public let files: [String]
    /// The last checkpoint of the old log that was known here. The new log names it, so that the old files, if they can be
    /// read again, can be held against it.
    public let lastCheckpoint: SignedCheckpoint?
    /// How many claimed tasks of the old log the new one knows. The others can be asked for again.
    public let claims: Int

    static let referencePrefix = "previous log "

    /// How the first entry of the new log names the old one.
    static func reference(to last: SignedCheckpoint?) -> String {
        referencePrefix + (last?.description ?? "without a known checkpoint")
    }
}
