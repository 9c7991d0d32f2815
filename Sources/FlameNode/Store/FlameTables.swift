// SPDX-License-Identifier: Apache-2.0

package import GRDB
package import StateStore

extension VerificationFinding.Part {
    /// What is kept of a FLAME node: a mirror of its Hub, consents, what is to be written and what runs.
    package static let flame = Self(rawValue: "flame")
}

/// The tables of a FLAME node.
package struct FlameTables: StateComponent {
    package init() {}

    package let steps = [SchemaStep(3, tables), SchemaStep(5, checksums), SchemaStep(9, make: addTerms)]

    package let checkedTables = [
        checked(
            "flame_row",
            "kind, id, parent, approval, execution, standing, updated_at, raw, fault",
            "kind || ' ' || id"
        ),
        checked("flame_state", "key, value", "key"),
        checked("flame_outbox", "id, target, body", "id"),
        checked("flame_consent", "kind, id, is_granted, by, at_ms, body", "kind || ' ' || id"),
        checked("flame_run", "id, is_running, body", "id"),
        checked("flame_analysis", "id, body", "id"),
    ]

    package let countedTables = countedNames.map { CountedTable($0, part: .flame) }

    static let countedNames = [
        "flame_row", "flame_state", "flame_outbox", "flame_consent", "flame_run", "flame_analysis",
    ]

    private static func checked(_ name: String, _ columns: String, _ rowName: String) -> CheckedTable {
        CheckedTable(name, columns: columns, rowName: .text(rowName), part: .flame)
    }

    /// Compares the counts of the mirror, which a trigger keeps, with its rows, and reads what is stored as JSON.
    package func verify(in db: Database, _ findings: inout FindingList) throws {
        try verifyCounts(in: db, &findings)
        try verify(
            OutboxEntry.self,
            "flame_outbox",
            "SELECT CAST(id AS TEXT), body FROM flame_outbox",
            in: db,
            &findings
        )
        try verify(FlameRun.self, "flame_run", "SELECT id, body FROM flame_run", in: db, &findings)
        try verify(ConsentTerms.self, "flame_consent", "SELECT id, body FROM flame_consent", in: db, &findings)
        try verify(AnalysisNotes.self, "flame_analysis", "SELECT id, body FROM flame_analysis", in: db, &findings)
        try verify(
            FlameSyncState.self,
            "flame_state",
            "SELECT key, value FROM flame_state WHERE key = '\(FlameSyncState.key)'",
            in: db,
            &findings
        )
    }

    private func verify<Value: StoredJSON>(
        _ type: Value.Type,
        _ table: String,
        _ sql: String,
        in db: Database,
        _ findings: inout FindingList
    ) throws {
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            do throws(StoreError) {
                _ = try Value(stored: row[1])
            } catch {
                let name: String = row[0]
                findings.add(.flame, nil, "The row '\(FindingList.quotable(name))' of \(table) can't be read.")
            }
        }
    }

    private func verifyCounts(in db: Database, _ findings: inout FindingList) throws {
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

    // MARK: Version 3

    /// The mirror of the Hub's rows, what is to be written to the Hub, and what the data owner consented to.
    private static let tables = """
        CREATE TABLE flame_row (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            parent TEXT,
            approval TEXT,
            execution TEXT,
            standing TEXT NOT NULL CHECK (standing IN ('pending', 'active', 'closed', 'context')),
            updated_at TEXT,
            raw TEXT NOT NULL,
            fault TEXT,
            UNIQUE (kind, id)
        ) STRICT;
        CREATE INDEX flame_row_parent ON flame_row (kind, parent) WHERE parent IS NOT NULL;
        CREATE INDEX flame_row_standing ON flame_row (kind, standing, id) WHERE standing IN ('pending', 'active');
        CREATE INDEX flame_row_fault ON flame_row (kind) WHERE fault IS NOT NULL;

        CREATE TABLE flame_count (kind TEXT PRIMARY KEY, rows INTEGER NOT NULL CHECK (rows >= 0)) STRICT;
        CREATE TRIGGER flame_row_is_counted AFTER INSERT ON flame_row
        BEGIN
            INSERT INTO flame_count VALUES (new.kind, 1) ON CONFLICT (kind) DO UPDATE SET rows = rows + 1;
        END;
        CREATE TRIGGER flame_row_is_uncounted AFTER DELETE ON flame_row
        BEGIN UPDATE flame_count SET rows = rows - 1 WHERE kind = old.kind; END;

        CREATE TABLE flame_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

        CREATE TABLE flame_outbox (id INTEGER PRIMARY KEY, target TEXT NOT NULL, body TEXT NOT NULL) STRICT;

        CREATE TABLE flame_consent (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            is_granted INTEGER NOT NULL CHECK (is_granted IN (0, 1)),
            by TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE flame_run (
            id TEXT PRIMARY KEY,
            is_running INTEGER NOT NULL CHECK (is_running IN (0, 1)),
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX flame_run_running ON flame_run (id) WHERE is_running = 1;
        """

    // MARK: Version 5

    /// The rows get checksums.
    private static let checksums = """
        ALTER TABLE flame_row ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_state ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_outbox ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_consent ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_run ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        UPDATE flame_row
            SET seal = row_seal(kind, id, parent, approval, execution, standing, updated_at, raw, fault);
        UPDATE flame_state SET seal = row_seal(key, value);
        UPDATE flame_outbox SET seal = row_seal(id, target, body);
        UPDATE flame_consent SET seal = row_seal(kind, id, is_granted, by, at_ms);
        UPDATE flame_run SET seal = row_seal(id, is_running, body);
        INSERT OR IGNORE INTO flame_count
        VALUES ('node', 0), ('project', 0), ('project-node', 0), ('analysis', 0), ('analysis-node', 0);
        """

    // MARK: Version 9

    /// A consent says what it was given for and until when, and what was noticed of an analysis is kept. Consents to analyses
    /// from before say neither, and count no longer.
    private static func addTerms(in db: Database) throws {
        // A row that was changed before the upgrade has to be found after it, too.
        try db.execute(
            sql: """
                ALTER TABLE flame_consent ADD COLUMN body TEXT NOT NULL DEFAULT '{}';
                UPDATE flame_consent SET seal = CASE
                    WHEN seal = row_seal(kind, id, is_granted, by, at_ms)
                    THEN row_seal(kind, id, is_granted, by, at_ms, body) ELSE x'' END;
                CREATE TABLE flame_analysis (
                    id TEXT PRIMARY KEY,
                    body TEXT NOT NULL,
                    seal BLOB NOT NULL DEFAULT x''
                ) STRICT;
                """
        )
        try RowCounts.begin("flame_analysis", in: db)
    }
}
