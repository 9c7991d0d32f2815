// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// Compares the query index with what the entries say.
struct IndexVerifier {
    let db: Database
    let size: Int64
    private var segment = Segment()
    /// Whether an entry of the segment couldn't be read, so that its index can't be told to be right.
    private var isIncomplete = false

    init(db: Database, size: Int64) {
        self.db = db
        self.size = size
    }

    mutating func add(_ sequence: Int64, _ fields: LineFields, _ findings: inout FindingList) throws {
        if let milliseconds = fields.milliseconds {
            segment.add(milliseconds: milliseconds, tokens: fields.tokens)
        } else {
            findings.add(.entry, sequence, "It has no time.")
            isIncomplete = true
        }
        try finishSegment(after: sequence, &findings)
    }

    mutating func skip(_ sequence: Int64, _ findings: inout FindingList) throws {
        isIncomplete = true
        try finishSegment(after: sequence, &findings)
    }

    /// Looks for segments that the log can't have.
    func verifyEnd(_ findings: inout FindingList) throws {
        let now = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        let extra = try Int64.fetchAll(
            db,
            sql: "SELECT idx FROM segment WHERE idx < 0 OR idx >= ?",
            arguments: [now / Segment.width]
        )
        for index in extra { findings.add(.index, index, "The log has no such segment.") }
    }

    private mutating func finishSegment(after sequence: Int64, _ findings: inout FindingList) throws {
        guard (sequence + 1).isMultiple(of: Segment.width) else { return }
        defer {
            segment = Segment()
            isIncomplete = false
        }
        guard !isIncomplete else { return }
        let index = sequence / Segment.width
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT at_min, at_max, filter FROM segment WHERE idx = ?"),
            arguments: [index]
        )
        guard let row else {
            findings.add(.index, index, "The segment is missing; queries pass over its entries.")
            return
        }
        let filter = try row.withUnsafeData(atIndex: 2) { Array($0 ?? Data()) }
        guard row[0] == segment.earliest, row[1] == segment.latest, filter == SegmentFilter.make(segment.tokens) else {
            findings.add(.index, index, "The segment was changed; queries may pass over its entries.")
            return
        }
    }
}

/// Compares the salts that are kept with the salted hashes in the entries. A salt that is missing was forgotten.
struct SaltVerifier {
    let db: Database
    /// The salts of archived entries are gone with them.
    let firstEntry: Int64

    func verify(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT salt.seq, salt, name, body FROM salt LEFT JOIN entry ON entry.seq = salt.seq ORDER BY salt.seq"
        )
        while let row = try rows.next() {
            let salted = SaltedName(salt: Array(row["salt"] as Data), name: row["name"])
            let agrees = try row.withUnsafeData(named: "body") { body in
                (body ?? Data()).withUnsafeBytes { line in
                    LineFields(line)?[.modeller]?.elementsEqual(salted.text.utf8) ?? false
                }
            }
            if !agrees { findings.add(.salt, row["seq"], "The name and the salt don't lead to the hash in the entry.") }
        }
    }
}
