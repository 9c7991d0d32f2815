import GRDB

extension StoreSchema {
    /// Version 1: entries as plain rows, and what the daemon has to remember about tasks and replies.
    static let plainTables: Step = { try $0.execute(sql: plainTablesText) }

    private static let plainTablesText = """
        CREATE TABLE entry (
            seq INTEGER PRIMARY KEY CHECK (seq >= 0),
            body TEXT NOT NULL
        ) STRICT;

        CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END;
        CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never removed'); END;

        CREATE TABLE entry_index (
            seq INTEGER PRIMARY KEY REFERENCES entry (seq),
            at_ms INTEGER NOT NULL,
            type TEXT NOT NULL,
            modeller TEXT,
            dataset TEXT,
            decision TEXT,
            task TEXT
        ) STRICT;
        CREATE INDEX entry_index_at ON entry_index (at_ms);
        CREATE INDEX entry_index_modeller ON entry_index (modeller) WHERE modeller IS NOT NULL;
        CREATE INDEX entry_index_dataset ON entry_index (dataset) WHERE dataset IS NOT NULL;
        CREATE INDEX entry_index_decision ON entry_index (decision) WHERE decision IS NOT NULL;
        CREATE INDEX entry_index_task ON entry_index (task) WHERE task IS NOT NULL;

        CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), writes INTEGER NOT NULL) STRICT;
        INSERT INTO probe VALUES (1, 0);

        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            receipt_handle TEXT NOT NULL,
            mailbox_id TEXT NOT NULL,
            task_id TEXT,
            sender TEXT NOT NULL,
            payload BLOB,
            payload_sha256 BLOB NOT NULL CHECK (length(payload_sha256) = 32),
            received_ms INTEGER NOT NULL,
            acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
            state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'identity', 'done')),
            done_seq INTEGER UNIQUE REFERENCES entry (seq),
            done_ms INTEGER,
            CHECK ((state = 'done') = (done_seq IS NOT NULL)),
            CHECK ((state = 'done') = (done_ms IS NOT NULL)),
            CHECK (state = 'done' OR payload IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX inbox_unfinished ON inbox (mailbox_id, payload_sha256) WHERE state <> 'done';
        CREATE INDEX inbox_unfinished_id ON inbox (id) WHERE state <> 'done';
        CREATE INDEX inbox_payload ON inbox (done_ms) WHERE state = 'done' AND payload IS NOT NULL;
        CREATE TRIGGER inbox_done_is_final BEFORE UPDATE OF state, done_seq ON inbox WHEN old.state = 'done'
        BEGIN SELECT RAISE(ABORT, 'a finished message is never reopened'); END;

        CREATE TABLE task (
            inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
            task_id TEXT NOT NULL,
            target TEXT NOT NULL,
            request_sha256 TEXT NOT NULL UNIQUE,
            received_seq INTEGER NOT NULL UNIQUE REFERENCES entry (seq)
        ) STRICT;
        CREATE UNIQUE INDEX task_id_once_per_target ON task (task_id, target) WHERE task_id <> '';
        CREATE TRIGGER task_is_never_updated BEFORE UPDATE ON task
        BEGIN SELECT RAISE(ABORT, 'claims are never changed'); END;
        CREATE TRIGGER task_is_never_deleted BEFORE DELETE ON task
        BEGIN SELECT RAISE(ABORT, 'claims are never removed'); END;

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            inbox_id INTEGER NOT NULL UNIQUE REFERENCES inbox (id),
            reply BLOB NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'abandoned')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_pending ON outbox (next_attempt_ms) WHERE state = 'pending';
        CREATE TRIGGER outbox_reply_is_never_changed BEFORE UPDATE OF reply, inbox_id ON outbox
        BEGIN SELECT RAISE(ABORT, 'replies are never changed'); END;
        """
}
