import GRDB

/// Looks for rows of a FLAME node's state that were changed, and compares the counts of the mirror with its rows.
struct FlameVerifier {
    let db: Database

    func verify(_ findings: inout FindingList) throws {
        try verifySeals("flame_row", name: "kind || ' ' || id", RowSeal.flameRow, &findings)
        try verifySeals("flame_state", name: "key", RowSeal.flameState, &findings)
        try verifySeals("flame_outbox", name: "id", RowSeal.flameOutbox, &findings)
        try verifySeals("flame_consent", name: "kind || ' ' || id", RowSeal.flameConsent, &findings)
        try verifySeals("flame_run", name: "id", RowSeal.flameRun, &findings)
        try verifyCounts(&findings)
    }

    private func verifySeals(_ table: String, name: String, _ seal: String, _ findings: inout FindingList) throws {
        let broken = try String.fetchCursor(db, sql: "SELECT CAST(\(name) AS TEXT) FROM \(table) WHERE seal <> \(seal)")
        while let name = try broken.next() {
            // Whoever changed the row can have put anything into its name.
            let shown = String(decoding: JSONText.escaped(JSONText.truncated(name, to: 100)), as: UTF8.self)
            findings.add(.flame, nil, "The row '\(shown)' of \(table) was changed.")
        }
    }

    private func verifyCounts(_ findings: inout FindingList) throws {
        // In one statement, since the agent may be writing.
        let counts = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, rows = (SELECT count(*) FROM flame_row WHERE flame_row.kind = flame_count.kind) AS agrees
                FROM flame_count
                """
        )
        let sound = counts.filter { $0["agrees"] }.compactMap { FlameRow.Kind(rawValue: $0["kind"]) }
        guard counts.count != sound.count || Set(sound) != Set(FlameRow.Kind.allCases) else { return }
        findings.add(.flame, nil, "The counts in flame_count are not those of the rows in flame_row.")
    }
}
