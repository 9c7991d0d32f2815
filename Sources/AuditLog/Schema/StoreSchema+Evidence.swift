import GRDB

extension StoreSchema {
    /// Version 4: archives, names that can be erased, the claims of a log that was set aside, and how many rows the tables
    /// have, since nothing else would show that the last one was removed.
    static let evidence: Step = { db in
        try db.execute(sql: evidenceTables + countedRows + evidenceGuards)
    }

    private static let evidenceTables = """
        CREATE TABLE salt (
            seq INTEGER PRIMARY KEY,
            salt BLOB NOT NULL CHECK (length(salt) = 32),
            name TEXT NOT NULL
        ) STRICT;
        CREATE INDEX salt_name ON salt (name);
        CREATE TABLE archive (
            first INTEGER PRIMARY KEY,
            end INTEGER NOT NULL CHECK (end > first),
            directory TEXT NOT NULL,
            sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
        ) STRICT;
        CREATE TABLE former_task (
            request_sha256 TEXT PRIMARY KEY,
            task_id TEXT NOT NULL,
            target TEXT NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        CREATE INDEX former_task_id ON former_task (task_id, target);
        CREATE TABLE tally (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            checkpoint INTEGER NOT NULL,
            inbox INTEGER NOT NULL,
            task INTEGER NOT NULL,
            outbox INTEGER NOT NULL,
            seal BLOB NOT NULL DEFAULT x''
        ) STRICT;
        """

    private static let countedRows = """
        INSERT INTO tally (id, checkpoint, inbox, task, outbox)
        SELECT 1, (SELECT count(*) FROM checkpoint), (SELECT count(*) FROM inbox), (SELECT count(*) FROM task),
            (SELECT count(*) FROM outbox);
        UPDATE tally SET seal = row_seal(id, checkpoint, inbox, task, outbox);
        """

    private static let evidenceGuards = """
        DROP TRIGGER entry_is_never_deleted;
        CREATE TRIGGER entry_is_deleted_only_when_archived BEFORE DELETE ON entry
        WHEN old.seq >= (SELECT ifnull(max(end), 0) FROM archive)
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never removed'); END;
        DROP TRIGGER log_is_named_once;
        CREATE TRIGGER log_is_named_once BEFORE UPDATE ON log
        WHEN old.origin IS NOT NULL OR new.instance <> old.instance
        BEGIN SELECT RAISE(ABORT, 'the audit log is named once'); END;
        CREATE TRIGGER archive_is_never_updated BEFORE UPDATE ON archive
        BEGIN SELECT RAISE(ABORT, 'archives of the audit log are never changed'); END;
        CREATE TRIGGER archive_is_never_deleted BEFORE DELETE ON archive
        BEGIN SELECT RAISE(ABORT, 'archives of the audit log are never removed'); END;
        CREATE TRIGGER salt_is_never_updated BEFORE UPDATE ON salt
        BEGIN SELECT RAISE(ABORT, 'salts are deleted or kept, never changed'); END;
        CREATE TRIGGER former_task_is_never_updated BEFORE UPDATE ON former_task
        BEGIN SELECT RAISE(ABORT, 'claims are never changed'); END;
        CREATE TRIGGER former_task_is_never_deleted BEFORE DELETE ON former_task
        BEGIN SELECT RAISE(ABORT, 'claims are never removed'); END;
        CREATE TRIGGER tally_is_never_deleted BEFORE DELETE ON tally
        BEGIN SELECT RAISE(ABORT, 'the tally is never removed'); END;
        """
}
