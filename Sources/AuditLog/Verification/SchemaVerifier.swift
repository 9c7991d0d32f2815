import GRDB

/// Compares the tables, triggers and indexes with those that the schema's steps make.
enum SchemaVerifier {
    /// - Returns: False if rows of the tables can't be read as what they should be.
    static func verify(in db: Database, _ findings: inout FindingList) throws -> Bool {
        var isReadable = true
        let expected = try expected.get()
        let found = try objects(in: db)
        for (name, sql) in expected.sorted(by: { $0.key < $1.key }) where found[name] != .some(sql) {
            findings.add(.schema, nil, found[name] == nil ? "\(name) is missing." : "\(name) was changed.")
            if name.hasPrefix("table ") { isReadable = false }
        }
        for name in found.keys.sorted() where expected[name] == nil {
            findings.add(.schema, nil, "\(name) doesn't belong here.")
        }
        // Every row of `entry` is read and hashed anyway; the others are small.
        for table in expected.keys.filter({ $0.hasPrefix("table ") && $0 != "table entry" }).sorted() {
            let name = table.dropFirst("table ".count)
            guard found[table] != nil else { continue }
            let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(name))")
            for line in damage where line != "ok" {
                findings.add(.schema, nil, "\(table): \(line).")
                isReadable = false
            }
        }
        return isReadable
    }

    /// What a new database has.
    private static let expected = Result<[String: String?], any Error> {
        let queue = try DatabaseQueue(configuration: StoreConnection.shared())
        return try queue.writeWithoutTransaction { db in
            for step in StoreSchema.steps { try step(db) }
            return try objects(in: db)
        }
    }

    private static func objects(in db: Database) throws -> [String: String?] {
        let rows = try Row.fetchAll(db, sql: "SELECT type || ' ' || name, sql FROM sqlite_schema")
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}
