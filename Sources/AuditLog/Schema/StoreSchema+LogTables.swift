extension StoreSchema {
    /// The audit log: entries, tree, checkpoints, keys, and the index that queries skip by.
    static let logTables = """
        CREATE TABLE entry (
            seq INTEGER PRIMARY KEY CHECK (seq >= 0),
            body TEXT NOT NULL,
            leaf BLOB NOT NULL CHECK (length(leaf) = 32)
        ) STRICT;
        CREATE TABLE log (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            instance TEXT NOT NULL,
            origin TEXT,
            previous TEXT
        ) STRICT;
        CREATE TABLE tile (
            level INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            root BLOB NOT NULL CHECK (length(root) = 32),
            hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
            PRIMARY KEY (level, idx)
        ) STRICT;
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY CHECK (size > 0),
            note TEXT NOT NULL
        ) STRICT;
        CREATE TABLE signer (
            seq INTEGER PRIMARY KEY,
            vkey TEXT NOT NULL
        ) STRICT;
        CREATE TABLE segment (
            idx INTEGER PRIMARY KEY,
            at_min INTEGER NOT NULL,
            at_max INTEGER NOT NULL,
            filter BLOB NOT NULL
        ) STRICT;
        """

    /// What keeps a mistake in the agent from changing the log; no guard against who can write to the file.
    static let logGuards = """
        CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END;
        CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never removed'); END;
        CREATE TRIGGER tile_is_never_updated BEFORE UPDATE ON tile
        BEGIN SELECT RAISE(ABORT, 'tiles of the audit log are never changed'); END;
        CREATE TRIGGER tile_is_never_deleted BEFORE DELETE ON tile
        BEGIN SELECT RAISE(ABORT, 'tiles of the audit log are never removed'); END;
        CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint
        BEGIN SELECT RAISE(ABORT, 'checkpoints of the audit log are never changed'); END;
        CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
        BEGIN SELECT RAISE(ABORT, 'checkpoints of the audit log are never removed'); END;
        CREATE TRIGGER signer_is_never_updated BEFORE UPDATE ON signer
        BEGIN SELECT RAISE(ABORT, 'keys of the audit log are never changed'); END;
        CREATE TRIGGER signer_is_never_deleted BEFORE DELETE ON signer
        BEGIN SELECT RAISE(ABORT, 'keys of the audit log are never removed'); END;
        CREATE TRIGGER log_is_named_once BEFORE UPDATE ON log
        WHEN old.origin IS NOT NULL OR new.instance <> old.instance OR new.previous IS NOT old.previous
        BEGIN SELECT RAISE(ABORT, 'the audit log is named once'); END;
        CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
        BEGIN SELECT RAISE(ABORT, 'the audit log is never forgotten'); END;
        """
}
