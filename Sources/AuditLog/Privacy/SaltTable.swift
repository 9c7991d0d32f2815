import Foundation
import GRDB

/// The statements on `salt`.
enum SaltTable {
    static func insert(_ salted: SaltedName, sequence: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO salt (seq, salt, name) VALUES (?, ?, ?)")
            .execute(arguments: [sequence, salted.salt.data, salted.name.columnText])
    }

    /// The name behind the salted hash in an entry; nil if it was plain, or was forgotten.
    static func name(sequence: Int64, in db: Database) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM salt WHERE seq = ?"),
            arguments: [sequence]
        )
    }
}
