// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// How far a query has been read: the sequence numbers that are left.
struct QueryPosition: Sendable {
    /// How many segments one step reads the entries of, at most.
    private static let segmentsPerStep = 16

    private let matcher: LineMatcher
    private let order: AuditQuery.Order
    private(set) var remaining: Range<Int64>

    /// All entries that the log has now outside of its archives, and that the query's own range allows.
    init(_ query: AuditQuery, in db: Database) throws {
        matcher = LineMatcher(query)
        order = query.order
        let size = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        // Before it there are at most entries that name keys.
        let all = min(try ArchiveTable.end(in: db), size)..<size
        remaining = query.sequences.map { all.clamped(to: $0) } ?? all
    }

    /// The next entries, at most `count`. Fewer don't mean the end: that is reached when nothing remains.
    mutating func read(count: Int, in db: Database) throws -> [RecordedEntry] {
        var found: [RecordedEntry] = []
        for _ in 0..<Self.segmentsPerStep where found.count < count && !remaining.isEmpty {
            guard let next = try nextRange(in: db) else {
                remaining = remaining.upperBound..<remaining.upperBound
                break
            }
            try read(next, count: count, into: &found, in: db)
        }
        return found
    }

    /// The next entries to look at: those of one segment that may match, or some of those after the last segment.
    private func nextRange(in db: Database) throws -> Range<Int64>? {
        let width = Segment.width
        let segments = remaining.lowerBound / width...(remaining.upperBound - 1) / width
        let indexed = try Int64.fetchOne(db, sql: "SELECT ifnull(max(idx), -1) + 1 FROM segment") ?? 0
        let tail = (indexed * width..<Int64.max).clamped(to: remaining)
        if order == .newestFirst, !tail.isEmpty { return tail.suffix(width) }
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT idx, at_min, at_max, filter FROM segment WHERE idx BETWEEN ? AND ?
                    ORDER BY idx \(order == .oldestFirst ? "ASC" : "DESC")
                    """
            ),
            arguments: [segments.lowerBound, segments.upperBound]
        )
        while let row = try rows.next() {
            let matches = try row.withUnsafeData(atIndex: 3) { filter in
                (filter ?? Data()).withUnsafeBytes {
                    matcher.mayMatch(earliest: row[1], latest: row[2], filter: $0)
                }
            }
            guard matches else { continue }
            let index: Int64 = row[0]
            return (index * width..<(index + 1) * width).clamped(to: remaining)
        }
        return tail.isEmpty ? nil : tail.prefix(width)
    }

    private mutating func read(
        _ range: Range<Int64>,
        count: Int,
        into found: inout [RecordedEntry],
        in db: Database
    ) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT seq, body FROM entry WHERE seq >= ? AND seq < ?
                    ORDER BY seq \(order == .oldestFirst ? "ASC" : "DESC")
                    """
            ),
            arguments: [range.lowerBound, range.upperBound]
        )
        while let row = try rows.next() {
            let sequence: Int64 = row[0]
            let body = try row.withUnsafeData(atIndex: 1) { body in
                try (body ?? Data()).withUnsafeBytes { line in
                    try matcher.matches(line) { try SaltTable.name(sequence: sequence, in: db) } ? Array(line) : nil
                }
            }
            guard let body else { continue }
            let name = try SaltTable.name(sequence: sequence, in: db)
            found.append(try RecordedEntry(sequence: sequence, body: body, name: name))
            guard found.count < count else {
                pass(through: sequence..<sequence + 1)
                return
            }
        }
        pass(through: range)
    }

    /// Leaves out what lies before the end of `range` in the query's order, and `range` itself.
    private mutating func pass(through range: Range<Int64>) {
        switch order {
        case .oldestFirst: remaining = min(range.upperBound, remaining.upperBound)..<remaining.upperBound
        case .newestFirst: remaining = remaining.lowerBound..<max(range.lowerBound, remaining.lowerBound)
        }
    }
}

extension Range<Int64> {
    fileprivate func prefix(_ count: Int64) -> Range { lowerBound..<Swift.min(upperBound, lowerBound + count) }
    fileprivate func suffix(_ count: Int64) -> Range { Swift.max(lowerBound, upperBound - count)..<upperBound }
}
