// SPDX-License-Identifier: Apache-2.0

package import GRDB

/// The table `row_count`: how many rows the counted tables have to have.
package enum RowCounts {
    /// The version from which on there is the table. Before, the numbers were columns of one row of `tally`.
    package static let version = 6

    static func make(_ tables: [CountedTable], in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE row_count (
                    name TEXT PRIMARY KEY,
                    rows INTEGER NOT NULL CHECK (rows >= 0),
                    seal BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TRIGGER row_count_is_never_deleted BEFORE DELETE ON row_count
                BEGIN SELECT RAISE(ABORT, 'row counts are never removed'); END;
                """
        )
        let former = try FormerCounts(in: db)
        // A table that a later version adds is not there yet, and begins to be counted with it.
        for table in try tables.filter({ try db.tableExists($0.name) }) {
            let rows = try former.rows[table.name] ?? Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.name)") ?? 0
            try begin(table.name, at: rows, in: db)
        }
        // What was changed before the upgrade has to be found after it, too.
        if !former.isSound { try db.execute(sql: "UPDATE row_count SET seal = x''") }
        try db.execute(sql: "DROP TABLE IF EXISTS tally")
    }

    /// Begins to count the tables that a later version adds.
    static func begin(_ tables: [CountedTable], in db: Database) throws {
        for table in tables {
            try begin(table.name, at: Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.name)") ?? 0, in: db)
        }
    }

    private static func begin(_ table: String, at rows: Int, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO row_count (name, rows, seal) VALUES (?1, ?2, row_seal(?1, ?2))",
            arguments: [table, rows]
        )
    }

    /// Counts rows that were inserted, or with a negative number removed.
    package static func change(_ table: String, by rows: Int = 1, in db: Database) throws {
        guard rows != 0 else { return }
        try db.cachedStatement(
            sql: "UPDATE row_count SET rows = rows + ?2, seal = row_seal(name, rows + ?2) WHERE name = ?1"
        ).execute(arguments: [table, rows])
    }

    static func verify(_ tables: [CountedTable], in db: Database, _ findings: inout FindingList) throws {
        // In one statement, since the agent may be writing.
        let counts = tables.map { "SELECT '\($0.name)' AS table_name, (SELECT count(*) FROM \($0.name)) AS found" }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT row_count.name, rows, found, seal = row_seal(row_count.name, rows) AS sound
                FROM row_count LEFT JOIN (\(counts.joined(separator: " UNION ALL "))) AS counted
                    ON table_name = row_count.name
                """
        )
        let known = Dictionary(tables.map { ($0.name, $0.part) }) { first, _ in first }
        let isWhole = rows.count == tables.count && rows.allSatisfy { $0["sound"] == true && known[$0["name"]] != nil }
        guard isWhole else {
            findings.add(.schema, nil, "The table row_count was changed.")
            return
        }
        for row in rows {
            let (name, expected, found): (String, Int64, Int64) = (row["name"], row["rows"], row["found"])
            guard expected != found, let part = known[name] else { continue }
            findings.add(part, nil, "The table \(name) has \(found) rows where it should have \(expected).")
        }
    }
}

/// The numbers that versions 4 and 5 kept in `tally`.
private struct FormerCounts {
    var rows: [String: Int] = [:]
    var isSound = true

    init(in db: Database) throws {
        guard try db.tableExists("tally") else { return }
        let columns = try db.columns(in: "tally").map(\.name).filter { $0 != "seal" }
        let row = try Row.fetchOne(
            db,
            sql: "SELECT *, seal = row_seal(\(columns.joined(separator: ", "))) AS sound FROM tally"
        )
        guard let row else {
            isSound = false
            return
        }
        isSound = row["sound"] == true
        for column in columns where column != "id" { rows[column] = row[column] }
    }
}
