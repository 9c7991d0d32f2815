import Foundation
import GRDB

/// The statements on the tables of a FLAME node.
enum FlameTables {
    static func put(_ row: FlameRow, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO flame_row
                    (kind, id, parent, approval, execution, standing, updated_at, raw, fault)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (kind, id) DO UPDATE SET
                    parent = excluded.parent, approval = excluded.approval, execution = excluded.execution,
                    standing = excluded.standing, updated_at = excluded.updated_at, raw = excluded.raw,
                    fault = excluded.fault
                """
        ).execute(arguments: [
            row.key.kind.rawValue, row.key.id, row.parent, row.approval, row.execution, row.standing.rawValue,
            row.updatedAt, row.raw, row.fault,
        ])
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
            at: EntryTime.date(milliseconds: row["at_ms"])
        )
    }
}
