// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
import Foundation
package import GRDB
package import StateStore

/// The tables of the task flow: received messages, claims, replies.
package struct TaskTables: StateComponent {
    package init() {}

    package let steps = [
        SchemaStep(1, plainTables),
        SchemaStep(2, make: addChecksums, finish: removePlainTables),
        SchemaStep(4, formerClaims),
        SchemaStep(7, make: addSizesAndAttempts),
        SchemaStep(8, proofs),
    ]

    static let inbox = CheckedTable(
        "inbox",
        // The payload itself is under `payload_sha256`.
        columns: """
            \(inboxColumns()), payload_bytes
            """,
        rowName: .number("id"),
        part: .inbox
    )
    /// What the checksum of a message covers apart from its size, which came with version 7.
    private static func inboxColumns(isRemoved: String = "payload IS NULL") -> String {
        """
        id, receipt_handle, mailbox_id, task_id, sender, \(isRemoved), payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms
        """
    }
    static let attempt = CheckedTable(
        "attempt",
        columns: "inbox_id, begun, life",
        rowName: .number("inbox_id"),
        part: .inbox,
        complaint: "The number of times that work on it began was changed."
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

    static let provedTask = CheckedTable(
        "proved_task",
        columns: "inbox_id, task_id, target, scope",
        rowName: .number("inbox_id"),
        part: .task
    )
    static let podKey = CheckedTable(
        "pod_key",
        columns: "public_sha256, since_ms",
        rowName: .text("public_sha256"),
        part: .task
    )

    package let checkedTables = [inbox, attempt, task, outbox, formerTask, provedTask, podKey]

    package let countedTables =
        [inbox, task, outbox, formerTask].map { CountedTable($0.name, part: $0.part) }
        + [attempt].map { CountedTable($0.name, part: $0.part, since: 7) }
        + [provedTask, podKey].map { CountedTable($0.name, part: $0.part, since: 8) }

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

    /// Empties the finished messages of a sender, and the replies to them, which name whom they are for. One whose reply
    /// still waits isn't finished.
    package func forget(_ name: String, in db: Database) throws -> Int {
        let ids = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM inbox WHERE sender = ? AND state = 'done'
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE inbox_id = inbox.id AND outbox.state = 'pending')
                """,
            arguments: [name]
        ).map(InboxID.init)
        for id in ids {
            try InboxTable.update(id, "sender = '', receipt_handle = '', payload = NULL", in: db)
            try OutboxTable.empty(replyTo: id, in: db)
        }
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
        UPDATE inbox SET seal = row_seal(\(inboxColumns()));
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

    // MARK: Version 7

    /// Sizes of messages, which stay when the messages go; and how often work on a message began without end.
    ///
    /// Of finished messages the payloads go now, so that a disk that they filled has room; the backup made before has them. One
    /// that was changed stays, so that verification still finds it.
    @Sendable
    private static func addSizesAndAttempts(in db: Database) throws {
        try db.execute(sql: sizesAndAttempts)
        let add = """
            UPDATE inbox SET payload_bytes = ifnull(length(payload), 0), payload = iif(?1, NULL, payload),
                seal = CASE WHEN seal = row_seal(\(inboxColumns()))
                    THEN row_seal(\(inboxColumns(isRemoved: "payload IS NULL OR ?1")), ifnull(length(payload), 0))
                    ELSE x'' END
            WHERE
            """
        let kept = try Int64.fetchAll(db, sql: "SELECT id FROM inbox WHERE payload IS NOT NULL")
        try db.execute(sql: "\(add) payload IS NULL", arguments: [false])
        for id in kept {
            let row = try Row.fetchOne(
                db,
                sql: "SELECT payload, payload_sha256, state FROM inbox WHERE id = ?",
                arguments: [id]
            )
            guard let row, let payload: Data = row["payload"] else { continue }
            let isWhole = Data(SHA256.hash(payload)) == row["payload_sha256"] && StoredMessage.isReadable(payload)
            let goes = row["state"] == InboxTable.done && isWhole
            try db.execute(sql: "\(add) id = ?2", arguments: [goes, id])
        }
    }

    private static let sizesAndAttempts = """
        ALTER TABLE inbox ADD COLUMN payload_bytes INTEGER NOT NULL DEFAULT 0 CHECK (payload_bytes >= 0);
        CREATE INDEX inbox_kept ON inbox (payload_bytes) WHERE payload IS NOT NULL;
        CREATE TABLE attempt (
            inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
            begun INTEGER NOT NULL CHECK (begun >= 0),
            life INTEGER NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        """

    // MARK: Version 8

    /// A task id is claimed by the request of which the modeller is proven, no longer by the first that names it; a request
    /// that nobody answered may be removed; the moment since which a key is this agent's is remembered.
    ///
    /// `scope` says against whom a task id is claimed: requests of the same modeller, or of `any`. What was claimed before
    /// was claimed against any, proven or not, and stays so.
    private static let proofs = """
        CREATE TABLE proved_task (
            inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
            task_id TEXT NOT NULL CHECK (task_id <> ''),
            target TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('modeller', 'any')),
            seal BLOB NOT NULL
        ) STRICT;
        CREATE INDEX proved_task_id ON proved_task (task_id, target);
        CREATE TRIGGER proved_task_is_never_updated BEFORE UPDATE ON proved_task
        BEGIN SELECT RAISE(ABORT, 'claims are never changed'); END;
        CREATE TRIGGER proved_task_is_never_deleted BEFORE DELETE ON proved_task
        BEGIN SELECT RAISE(ABORT, 'claims are never removed'); END;
        INSERT INTO proved_task (inbox_id, task_id, target, scope, seal)
        SELECT inbox_id, task_id, target, 'any', row_seal(inbox_id, task_id, target, 'any')
        FROM task WHERE task_id <> '';
        DROP INDEX task_id_once_per_target;

        CREATE TABLE pod_key (
            public_sha256 TEXT PRIMARY KEY,
            since_ms INTEGER NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER pod_key_is_never_updated BEFORE UPDATE ON pod_key
        BEGIN SELECT RAISE(ABORT, 'the moment of a take-over is never changed'); END;
        CREATE TRIGGER pod_key_is_never_deleted BEFORE DELETE ON pod_key
        BEGIN SELECT RAISE(ABORT, 'the moment of a take-over is never removed'); END;

        DROP TRIGGER inbox_is_never_deleted;
        CREATE TRIGGER inbox_is_kept_once_claimed BEFORE DELETE ON inbox
        WHEN old.state = 'done' OR EXISTS (SELECT 1 FROM task WHERE inbox_id = old.id)
        BEGIN SELECT RAISE(ABORT, 'claimed and finished messages are never removed'); END;

        CREATE INDEX outbox_kept ON outbox (inbox_id) WHERE state <> 'pending' AND reply <> x'';
        DROP TRIGGER outbox_reply_is_never_changed;
        CREATE TRIGGER outbox_reply_is_never_changed BEFORE UPDATE OF id, inbox_id, reply ON outbox
        WHEN new.id <> old.id OR new.inbox_id <> old.inbox_id OR new.reply <> x'' OR old.state = 'pending'
        BEGIN SELECT RAISE(ABORT, 'replies are never changed'); END;
        """
}
