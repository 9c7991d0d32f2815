// SPDX-License-Identifier: Apache-2.0

import Foundation
package import GRDB

/// The statements on `archive`.
package enum ArchiveTable {
    /// The first entry that isn't archived.
    package static func end(in db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT ifnull(max(end), 0) FROM archive") ?? 0
    }

    static func insert(_ segment: ArchivedSegment, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO archive (first, end, directory, sha256, seal)
                VALUES (?1, ?2, ?3, ?4, row_seal(?1, ?2, ?3, ?4))
                """,
            arguments: [segment.range.lowerBound, segment.range.upperBound, segment.directory, segment.sha256.data]
        )
    }

    static func all(in db: Database) throws -> [ArchivedSegment] {
        try Row.fetchAll(db, sql: "SELECT first, end, directory, sha256 FROM archive ORDER BY first").map { row in
            let (first, end): (Int64, Int64) = (row["first"], row["end"])
            return ArchivedSegment(
                range: first..<max(first, end),
                directory: row["directory"],
                sha256: Array(row["sha256"] as Data)
            )
        }
    }
}
