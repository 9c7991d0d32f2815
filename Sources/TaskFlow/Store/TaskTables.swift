// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import GRDB
package import StateStore

/// The tables of the task flow: received messages, claims, replies.
package struct TaskTables: StateComponent {
    package init() {}

    package let steps = [
        SchemaStep(1, plainTables),
        SchemaStep(2, make: addChecksums, finish: removePlainTables),
        SchemaStep(4, formerClaims),
    ]

    static let inbox = CheckedTable(
        "inbox",
        // The payload itself is under `payload_sha256`.
        columns: """
            id, receipt_handle, mailbox_id, task_id, sender, payload IS NULL, payload_sha256, received_ms,
                acknowledged, state, done_seq, done_ms
            """,
        rowName: .number("id"),
        part: .inbox
    )
    static let task = CheckedTable(
        "task",
        columns: "inbox_id, task_id, target, request_sha256, received_seq",
        rowName: .number("inbox_id"),
        part: .task
    )
    static let formerTask = CheckedTable(
        "former_task",
        columns: "request_sha256, task_id, target",
        rowName: .number("rowid"),
        part: .task,
        complaint: "The row taken over from the log before was changed."
    )
    static let outbox = CheckedTable(
        "outbox",
        columns: "id, inbox_id, reply, state, attempts, next_attempt_ms",
        rowName: .number("id"),
        part: .outbox
    )

    package let checkedTables = [inbox, task, outbox, formerTask]

    package let countedTables = [inbox, task, outbox, formerTask].map { CountedTable($0.name, part: $0.part) }

    package func verify(in db: Database, _ findings: inout FindingList) throws {
        try TaskVerifier(db: db, firstEntry: ArchiveTable.end(in: db)).verify(&findings)
    }

    /// The claims, as far as reading gets from either end of the table, so that no task of the old log is decided again.
    package func salvage(from damaged: DamagedState) -> (@Sendable (Database) throws -> Int)? {
        let claims = TaskTable.claims(in: damaged)
        guard !claims.isEmpty else { return nil }
        return { db in
            for claim in claims { try TaskTable.insertFormer(claim, in: db) }
            return claims.count
        }
    }

    package func forget(_ name: String, in db: Database) throws -> Int {
        let ids = try Int64.fetchAll(
            db,
            sql: "SELECT id FROM inbox WHERE sender = ? AND state = 'done'",
            arguments: [name]
        )
        for id in ids { try InboxTable.update(InboxID(id), "sender = '', payload = NULL", in: db) }
        return ids.count
    }

    // MARK: Version 1

    private static let plainTables = """
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

    // MARK: Version 2

    /// The rows get checksums.
    @Sendable
    private static func addChecksums(in db: Database) throws {
        for table in ["inbox", "task", "outbox"] {
            try db.execute(sql: "ALTER TABLE \(table) RENAME TO plain_\(table)")
        }
        try db.execute(sql: taskTables + moveTasks)
    }

    @Sendable
    private static func removePlainTables(in db: Database) throws {
        try db.execute(sql: "DROP TABLE plain_outbox; DROP TABLE plain_task; DROP TABLE plain_inbox; \(taskGuards)")
    }

    /// Messages, claims and replies. `seal` is a checksum over the row, see `CheckedTable`. Rows are never removed, so an id is
    /// never used twice.
    private static let taskTables = """
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
    private static let taskGuards = """
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

    private static let moveTasks = """
        INSERT INTO inbox (id, receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms)
        SELECT id, receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms FROM plain_inbox;
        INSERT INTO task (inbox_id, task_id, target, request_sha256, received_seq)
        SELECT inbox_id, task_id, target, request_sha256, received_seq FROM plain_task;
        INSERT INTO outbox (id, inbox_id, reply, state, attempts, next_attempt_ms)
        SELECT id, inbox_id, reply, state, attempts, next_attempt_ms FROM plain_outbox;
        UPDATE inbox SET seal = \(inbox.checksum);
        UPDATE task SET seal = \(task.checksum);
        UPDATE outbox SET seal = \(outbox.checksum);
        """

    // MARK: Version 4

    /// The claims of a log that was set aside.
    private static let formerClaims = """
        CREATE TABLE former_task (
            request_sha256 TEXT PRIMARY KEY,
            task_id TEXT NOT NULL,
            target TEXT NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        CREATE INDEX former_task_id ON former_task (task_id, target);
        CREATE TRIGGER former_task_is_never_updated BEFORE UPDATE ON former_task
        BEGIN SELECT RAISE(ABORT, 'claims are never changed'); END;
        CREATE TRIGGER former_task_is_never_deleted BEFORE DELETE ON former_task
        BEGIN SELECT RAISE(ABORT, 'claims are never removed'); END;
        """
}
