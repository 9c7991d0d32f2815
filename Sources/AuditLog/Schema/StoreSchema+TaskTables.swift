extension StoreSchema {
    /// Messages, claims and replies. `seal` is a checksum over the row, see `RowSeal`. Rows are never removed, so an id is
    /// never used twice.
    static let taskTables = """
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY,
            receipt_handle TEXT NOT NULL,
            mailbox_id TEXT NOT NULL,
            task_id TEXT,
            sender TEXT NOT NULL,
            payload BLOB,
            payload_sha256 BLOB NOT NULL CHECK (length(payload_sha256) = 32),
            received_ms INTEGER NOT NULL,
            acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
            state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'identity', 'done')),
            done_seq INTEGER UNIQUE,
            done_ms INTEGER,
            seal BLOB NOT NULL DEFAULT x'',
            CHECK ((state = 'done') = (done_seq IS NOT NULL)),
            CHECK ((state = 'done') = (done_ms IS NOT NULL)),
            CHECK (state = 'done' OR payload IS NOT NULL)
        ) STRICT;
        CREATE TABLE task (
            inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
            task_id TEXT NOT NULL,
            target TEXT NOT NULL,
            request_sha256 TEXT NOT NULL UNIQUE,
            received_seq INTEGER NOT NULL UNIQUE,
            seal BLOB NOT NULL DEFAULT x''
        ) STRICT;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            inbox_id INTEGER NOT NULL UNIQUE REFERENCES inbox (id),
            reply BLOB NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'abandoned')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_ms INTEGER NOT NULL,
            seal BLOB NOT NULL DEFAULT x''
        ) STRICT;
        """

    /// The indexes of these tables, and what keeps a mistake in the agent from deciding twice.
    static let taskGuards = """
        CREATE UNIQUE INDEX inbox_unfinished ON inbox (mailbox_id, payload_sha256) WHERE state <> 'done';
        CREATE INDEX inbox_unfinished_id ON inbox (id) WHERE state <> 'done';
        CREATE INDEX inbox_payload ON inbox (done_ms) WHERE state = 'done' AND payload IS NOT NULL;
        CREATE UNIQUE INDEX task_id_once_per_target ON task (task_id, target) WHERE task_id <> '';
        CREATE INDEX outbox_pending ON outbox (next_attempt_ms) WHERE state = 'pending';
        CREATE TRIGGER inbox_done_is_final BEFORE UPDATE OF state, done_seq ON inbox WHEN old.state = 'done'
        BEGIN SELECT RAISE(ABORT, 'a finished message is never reopened'); END;
        CREATE TRIGGER inbox_is_never_deleted BEFORE DELETE ON inbox
        BEGIN SELECT RAISE(ABORT, 'messages are never removed'); END;
        CREATE TRIGGER task_is_never_updated BEFORE UPDATE ON task
        BEGIN SELECT RAISE(ABORT, 'claims are never changed'); END;
        CREATE TRIGGER task_is_never_deleted BEFORE DELETE ON task
        BEGIN SELECT RAISE(ABORT, 'claims are never removed'); END;
        CREATE TRIGGER outbox_reply_is_never_changed BEFORE UPDATE OF id, inbox_id, reply ON outbox
        BEGIN SELECT RAISE(ABORT, 'replies are never changed'); END;
        CREATE TRIGGER outbox_is_never_deleted BEFORE DELETE ON outbox
        BEGIN SELECT RAISE(ABORT, 'replies are never removed'); END;
        """
}
