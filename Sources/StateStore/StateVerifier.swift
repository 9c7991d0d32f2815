// SPDX-License-Identifier: Apache-2.0

package import GRDB

/// Verifies what can be verified of the tables without knowing what they mean: the schema, checksums and counts.
package struct StateVerifier {
    private let plan: SchemaPlan
    private let db: Database

    package init(_ plan: SchemaPlan, in db: Database) {
        self.plan = plan
        self.db = db
    }

    /// Compares the tables, triggers and indexes with those that the steps make.
    ///
    /// - Returns: `false` if rows of the tables can't be read as what they should be.
    package func verifySchema(_ findings: inout FindingList) throws -> Bool {
        var isReadable = true
        let expected = try expectedObjects()
        let found = try Self.objects(in: db)
        for (name, sql) in expected.sorted(by: { $0.key < $1.key }) where found[name] != .some(sql) {
            findings.add(.schema, nil, found[name] == nil ? "\(name) is missing." : "\(name) was changed.")
            if name.hasPrefix("table ") { isReadable = false }
        }
        for name in found.keys.sorted() where expected[name] == nil {
            findings.add(.schema, nil, "\(FindingList.quotable(name)) doesn't belong here.")
        }
        // Every row of `entry` is read and hashed anyway; the others are small.
        for table in expected.keys.filter({ $0.hasPrefix("table ") && $0 != "table entry" }).sorted() {
            let name = table.dropFirst("table ".count)
            guard found[table] != nil else { continue }
            let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(name))")
            for line in damage where line != "ok" {
                findings.add(.schema, nil, "\(table): \(FindingList.quotable(line)).")
                isReadable = false
            }
        }
        return isReadable
    }

    /// Looks at the checksums and counts of all tables, and lets each component compare its own.
    package func verifyState(_ findings: inout FindingList) throws {
        for table in plan.components.flatMap(\.checkedTables) {
            try RowChecksum.verify(table, in: db, &findings)
        }
        try RowCounts.verify(plan.countedTables, in: db, &findings)
        for component in plan.components { try component.verify(in: db, &findings) }
    }

    /// What a new database has.
    private func expectedObjects() throws -> [String: String?] {
        let queue = try DatabaseQueue(configuration: StoreConnection.shared())
        return try queue.writeWithoutTransaction { db in
            for version in 1...plan.currentVersion { try plan.run(version, in: db) }
            return try Self.objects(in: db)
        }
    }

    private static func objects(in db: Database) throws -> [String: String?] {
        // SQLite's own table of counters is in a file whose tables once had some, but not in a backup of that file.
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence'"
        )
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}

/// SQLite's own check of a database file.
enum IntegrityCheck {
    static func run(_ db: Database) throws {
        guard let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), finding != "ok" else { return }
        throw StoreError(.damaged, "The state database is damaged: \(finding).")
    }

    /// Runs the check beside the work, and stops all writing if it finds damage.
    static func runInBackground(_ reader: StateReader, reportingTo writer: GroupCommitWriter) {
        reader.asyncRead { db in
            do {
                try run(db)
            } catch {
                let error = StoreError(error, while: "the state database was being checked")
                if error.code == .damaged { writer.refuse(error) }
            }
        }
    }
}
