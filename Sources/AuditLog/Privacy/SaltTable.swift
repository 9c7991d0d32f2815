import StateStore
import Foundation
import GRDB

/// The statements on `salt`.
enum SaltTable {
    static func insert(_ salted: SaltedName, sequence: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO salt (seq, salt, name) VALUES (?, ?, ?)")
            .execute(arguments: [sequence, salted.salt.data, salted.name.columnText])
        try RowCounts.change("salt", in: db)
    }

    /// Removes the salts for which `condition` holds, and returns how many there were.
    static func delete(_ condition: String, _ arguments: StatementArguments, in db: Database) throws -> Int {
        try db.execute(sql: "DELETE FROM salt WHERE \(condition)", arguments: arguments)
        let removed = db.changesCount
        try RowCounts.change("salt", by: -removed, in: db)
        return removed
    }

    /// The name behind the salted hash in an entry; nil if it was plain, or was forgotten.
    static func name(sequence: Int64, in db: Database) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM salt WHERE seq = ?"),
            arguments: [sequence]
        )
    }
}
