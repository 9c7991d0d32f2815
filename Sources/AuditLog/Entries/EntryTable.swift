import Foundation
import GRDB

/// The statements on `entry` and its index.
enum EntryTable {
    static func insert(_ recorded: RecordedEntry, milliseconds: Int64, in db: Database) throws {
        let entry = recorded.entry
        try db.cachedStatement(sql: "INSERT INTO entry (seq, body) VALUES (?, ?)")
            .execute(arguments: [recorded.sequence, String(decoding: recorded.body, as: UTF8.self)])
        try db.cachedStatement(
            sql: """
                INSERT INTO entry_index (seq, at_ms, type, modeller, dataset, decision, task)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            recorded.sequence, milliseconds, entry.type.rawValue, entry.modeller, entry.dataset,
            entry.decision?.rawValue, entry.task,
        ])
    }

    /// The number of entries, which is also the next sequence number.
    static func count(in db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
    }
}
