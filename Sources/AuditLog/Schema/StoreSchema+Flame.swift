import GRDB

extension StoreSchema {
    /// Version 3: the state of a FLAME node.
    static let flameTables: Step = { try $0.execute(sql: flameStatements) }

    /// The mirror of the Hub's rows, what is to be written to the Hub, and what the data owner consented to.
    private static let flameStatements = """
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
}
