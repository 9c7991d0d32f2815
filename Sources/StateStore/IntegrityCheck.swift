import GRDB

/// SQLite's own check of a database file.
enum IntegrityCheck {
    static func run(_ db: Database) throws {
        guard let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), finding != "ok" else { return }
        throw StoreError(.damaged, "The state database is damaged: \(finding).")
    }

    /// Runs the check beside the work, and stops all writing if it finds damage.
    static func runInBackground(_ reader: StateReader, reportingTo writer: GroupCommitWriter) {
        reader.asyncRead { db in
            do {
                try run(db)
            } catch {
                let error = StoreError(error, while: "the state database was being checked")
                if error.code == .damaged { writer.refuse(error) }
            }
        }
    }
}
