import GRDB

/// The statements on `tally`: how many rows the tables have to have, since nothing else would show that one was removed.
enum TallyTable {
    /// The tables whose rows are counted.
    enum Counted: String, CaseIterable {
        case checkpoint
        case inbox
        case task
        case outbox
        case salt
        case formerTask = "former_task"
        case flameRow = "flame_row"
        case flameState = "flame_state"
        case flameOutbox = "flame_outbox"
        case flameConsent = "flame_consent"
        case flameRun = "flame_run"
    }

    /// Counts a row that was inserted.
    static func count(_ table: Counted, in db: Database) throws {
        try change([table: 1], in: db)
    }

    /// Counts rows that were inserted, or with a negative number removed.
    static func change(_ changes: [Counted: Int], in db: Database) throws {
        let changes = changes.filter { $0.value != 0 }
        guard !changes.isEmpty else { return }
        for (table, rows) in changes {
            try db.cachedStatement(sql: "UPDATE tally SET \(table.rawValue) = \(table.rawValue) + ?")
                .execute(arguments: [rows])
        }
        try db.cachedStatement(sql: "UPDATE tally SET seal = \(RowSeal.tally)").execute()
    }
}
