import StateStore
import Foundation
import GRDB

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
