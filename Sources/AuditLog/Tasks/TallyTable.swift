import GRDB

/// The statement on `tally`.
enum TallyTable {
    /// The tables whose rows are counted.
    enum Counted: String, CaseIterable {
        case checkpoint
        case inbox
        case task
        case outbox
    }

    /// Counts a row that was inserted.
    static func count(_ table: Counted, in db: Database) throws {
        let column = table.rawValue
        let seal = RowSeal.tally.replacing(column, with: "\(column) + 1")
        try db.cachedStatement(sql: "UPDATE tally SET \(column) = \(column) + 1, seal = \(seal)").execute()
    }
}
