import Foundation
import GRDB

extension StoreSchema {
    /// Version 2: the entries become the leaves of a Merkle tree, with an index beside them.
    static let provableLog: Step = { db in
        try db.execute(sql: tree)
        try db.execute(sql: "INSERT INTO log (id, instance) VALUES (1, ?)", arguments: [UUID().uuidString.lowercased()])
        try db.execute(sql: "ALTER TABLE entry RENAME TO plain_entry")
        try db.execute(sql: entries)
        try moveEntries(in: db)
        try db.execute(sql: "DROP TABLE plain_entry")
        try db.execute(sql: guards)
    }

    private static let entries = """
        CREATE TABLE entry (
            seq INTEGER PRIMARY KEY CHECK (seq >= 0),
            body TEXT NOT NULL,
            leaf BLOB NOT NULL CHECK (length(leaf) = 32)
        ) STRICT;
        """

    private static let tree = """
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

    private static let guards = """
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

    /// Hashes what the plain table had, in its order and to the byte.
    private static func moveEntries(in db: Database) throws {
        var edge = try LogEdge(in: db)
        var hasher = TreeHasher()
        let reading = try HotStatement("SELECT seq, body FROM plain_entry ORDER BY seq", in: db)
        let insertion = try HotStatement("INSERT INTO entry (seq, body, leaf) VALUES (?, ?, ?)", in: db)
        while try reading.next() {
            let (sequence, body) = (reading.integer(0), reading.bytes(1))
            guard sequence == edge.size, let fields = LineFields(body), let milliseconds = fields.milliseconds else {
                throw StoreError(
                    .damaged,
                    "Entry \(edge.size) of the audit log is missing, or no line of the known format."
                )
            }
            let leaf = hasher.leaf(body)
            insertion.bind(sequence, at: 1)
            insertion.bind(text: body, at: 2)
            try leaf.withUnsafeBytes {
                insertion.bind(blob: $0, at: 3)
                try insertion.run()
            }
            try edge.append(
                leaf: leaf,
                milliseconds: milliseconds,
                tokens: fields.tokens,
                hasher: &hasher,
                in: db
            )
        }
    }
}
