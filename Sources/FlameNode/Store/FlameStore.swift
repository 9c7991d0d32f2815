// SPDX-License-Identifier: Apache-2.0

package import AuditLog
import GRDB
package import StateStore

/// What has to be remembered of a FLAME node, and the audit log that tells of it.
package struct FlameStore: Sendable {
    let log: AuditLog

    /// The store of a log that was opened with ``FlameTables`` among its features.
    package init(log: AuditLog) {
        self.log = log
    }

    /// Reads what is stored.
    package var reader: FlameReader { FlameReader(log.store.reader) }

    /// Records an entry that goes with no change.
    func append(_ entry: AuditEntry) async throws(StoreError) {
        try await log.append(entry)
    }

    /// Stores the changes and records the entries, all or nothing, and returns when they are durable.
    package func apply(_ batch: FlameBatch) async throws(StoreError) {
        guard !batch.isEmpty else { return }
        let drafts = batch.entries.map(log.draft)
        try await log.write { transaction in
            try Self.store(batch, in: transaction.db)
            for draft in drafts { try transaction.record(draft) }
        }
    }

    private static func store(_ batch: FlameBatch, in db: Database) throws {
        let before = try FlameTables.counts(in: db)
        if batch.startsOver {
            try db.execute(
                sql: """
                    DELETE FROM flame_row; DELETE FROM flame_state; DELETE FROM flame_outbox; DELETE FROM flame_run;
                    DELETE FROM flame_analysis;
                    """
            )
        }
        for key in batch.removed { try FlameTables.remove(key, in: db) }
        for row in batch.rows { try FlameTables.put(row, in: db) }
        for (key, value) in batch.values { try FlameTables.put(value, for: key, in: db) }
        for write in batch.writes { try FlameTables.put(write, in: db) }
        for id in batch.settled { try FlameTables.removeWrite(id, in: db) }
        for consent in batch.consents { try FlameTables.put(consent, in: db) }
        for key in batch.forgottenConsents { try FlameTables.removeConsent(key, in: db) }
        for (id, body) in batch.notes { try FlameTables.put(notes: body, of: id, in: db) }
        for (id, run) in batch.runs { try FlameTables.put(run, of: id, in: db) }
        let after = try FlameTables.counts(in: db)
        for (table, rows) in after.merging(before, uniquingKeysWith: -) {
            try RowCounts.change(table, by: rows, in: db)
        }
    }
}
