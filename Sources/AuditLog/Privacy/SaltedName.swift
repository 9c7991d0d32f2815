// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import GRDB
import StateStore

/// A name as a salted hash: `sha256:` and 64 hex digits of SHA-256(salt ‖ name). Each entry has a salt of its own, so
/// that two entries about one person can't be linked without the salts.
struct SaltedName: Sendable, Hashable {
    static let saltBytes = 32
    private static let prefix = "sha256:"

    let salt: [UInt8]
    let name: String

    /// What stands in the entry.
    var text: String { Self.prefix + Hex.encode(SHA256.hash(salt + Array(name.utf8))) }

    /// A name as it stands in an entry that isn't to hide it. One that would pass for a salted hash, or for a name that was
    /// marked, gets a mark before it: the name is what a sender claims.
    static func plain(_ name: String) -> String {
        name.hasPrefix(prefix) || name.hasPrefix(plainMark) ? plainMark + name : name
    }

    private static let plainMark = "plain:"

    /// Whether a value in a line has the form of one.
    static func isSalted(_ value: UnsafeRawBufferPointer) -> Bool {
        value.count == prefix.utf8.count + 64 && value.starts(with: prefix.utf8)
    }
}

/// How modellers' names are put into entries.
public enum ModellerNames: Sendable, Hashable {
    /// As they are.
    case plain
    /// As salted hashes. The salt and the name are kept beside the log, where ``AuditLog/forget(modeller:)`` can
    /// delete them; then nothing leads from the entry to the person any more, and the proofs hold all the same.
    case erasable
}

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
