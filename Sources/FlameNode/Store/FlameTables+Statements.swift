// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import GRDB
import StateStore
import Timekeeping

/// The statements on the tables of a FLAME node. Every row has a checksum, see `CheckedTable`.
extension FlameTables {
    /// How many rows the tables have.
    static func counts(in db: Database) throws -> [String: Int] {
        // Those of `flame_row`, which can be very many, are counted by a trigger.
        let rows = try Int.fetchOne(db.cachedStatement(sql: "SELECT ifnull(sum(rows), 0) FROM flame_count")) ?? 0
        var counts = ["flame_row": rows]
        for table in countedNames.dropFirst() {
            counts[table] = try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM \(table)"))
        }
        return counts
    }

    static func remove(_ key: FlameRow.Key, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM flame_row WHERE kind = ? AND id = ?")
            .execute(arguments: [key.kind.rawValue, key.id])
    }

    static func put(_ row: FlameRow, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO flame_row
                    (kind, id, parent, approval, execution, standing, updated_at, raw, fault, seal)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, row_seal(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))
                ON CONFLICT (kind, id) DO UPDATE SET
                    parent = excluded.parent, approval = excluded.approval, execution = excluded.execution,
                    standing = excluded.standing, updated_at = excluded.updated_at, raw = excluded.raw,
                    fault = excluded.fault, seal = excluded.seal
                """
        ).execute(arguments: [
            row.key.kind.rawValue, row.key.id, row.parent, row.approval, row.execution, row.standing.rawValue,
            row.updatedAt, row.raw, row.fault,
        ])
    }

    static func put(_ value: String, for key: String, in db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO flame_state (key, value, seal) VALUES (?1, ?2, row_seal(?1, ?2))"
        ).execute(arguments: [key, value])
    }

    static func put(_ write: FlameBatch.Write, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO flame_outbox (id, target, body, seal) VALUES (?1, ?2, ?3, row_seal(?1, ?2, ?3))
                """
        ).execute(arguments: [write.id, write.target, write.body])
    }

    static func removeWrite(_ id: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM flame_outbox WHERE id = ?").execute(arguments: [id])
    }

    static func put(_ consent: FlameConsent, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO flame_consent (kind, id, is_granted, by, at_ms, body, seal)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, row_seal(?1, ?2, ?3, ?4, ?5, ?6))
                """
        ).execute(arguments: [
            consent.subject.kind.rawValue, consent.subject.id, consent.isGranted, consent.by.rawValue,
            ISO8601.milliseconds(of: consent.at), try consent.terms.storedText(),
        ])
    }

    static func removeConsent(_ subject: FlameRow.Key, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM flame_consent WHERE kind = ? AND id = ?")
            .execute(arguments: [subject.kind.rawValue, subject.id])
    }

    static func put(notes body: String?, of id: String, in db: Database) throws {
        guard let body else {
            return try db.cachedStatement(sql: "DELETE FROM flame_analysis WHERE id = ?").execute(arguments: [id])
        }
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO flame_analysis (id, body, seal) VALUES (?1, ?2, row_seal(?1, ?2))"
        ).execute(arguments: [id, body])
    }

    static func put(_ run: FlameBatch.Run, of id: String, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO flame_run (id, is_running, body, seal) VALUES (?1, ?2, ?3, row_seal(?1, ?2, ?3))
                """
        ).execute(arguments: [id, run.isRunning, run.body])
    }

    static let columns = "kind, id, parent, approval, execution, standing, updated_at, raw, fault"

    /// SQLite takes the partial index on standings only for a query that repeats the index's own condition.
    static func condition(_ standing: FlameRow.Standing) -> String {
        let condition = "standing = '\(standing.rawValue)'"
        return switch standing {
        case .pending, .active: "\(condition) AND standing IN ('pending', 'active')"
        case .closed, .context: condition
        }
    }

    static func rows(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [FlameRow] {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM flame_row WHERE \(condition)")
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        var rows: [FlameRow] = []
        while let row = try cursor.next() { rows.append(try self.row(row)) }
        return rows
    }

    private static func row(_ row: Row) throws -> FlameRow {
        guard let kind = FlameRow.Kind(rawValue: row["kind"]),
            let standing = FlameRow.Standing(rawValue: row["standing"])
        else { throw StoreError(.damaged, "A stored row of the FLAME Hub has a kind that this version does not know.") }
        var result = FlameRow(FlameRow.Key(kind, row["id"]), standing: standing, raw: row["raw"])
        result.parent = row["parent"]
        result.approval = row["approval"]
        result.execution = row["execution"]
        result.updatedAt = row["updated_at"]
        result.fault = row["fault"]
        return result
    }

    static func consent(_ row: Row) throws -> FlameConsent {
        guard let kind = FlameRow.Kind(rawValue: row["kind"]), let by = AuditEntry.Authority(rawValue: row["by"]) else {
            throw StoreError(.damaged, "A stored consent has a kind that this version does not know.")
        }
        return FlameConsent(
            FlameRow.Key(kind, row["id"]),
            isGranted: row["is_granted"],
            by: by,
            at: ISO8601.date(milliseconds: row["at_ms"]),
            terms: try ConsentTerms(stored: row["body"])
        )
    }
}
