import GRDB

/// The statements on `segment`.
enum SegmentTable {
    static func insert(_ segment: Segment, index: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO segment (idx, at_min, at_max, filter) VALUES (?, ?, ?, ?)")
            .execute(arguments: [index, segment.earliest, segment.latest, SegmentFilter.make(segment.tokens).data])
    }
}
