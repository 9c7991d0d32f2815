// SPDX-License-Identifier: Apache-2.0

import Foundation
package import GRDB
package import StateStore

/// The tables of the audit log.
package struct AuditTables: StateComponent {
    package init() {}

    package let steps = [
        SchemaStep(1, plainEntries),
        SchemaStep(2, make: makeProvable, finish: { try $0.execute(sql: "DROP TABLE plain_entry; \(logGuards)") }),
        SchemaStep(4, evidence),
        SchemaStep(5, checkedArchives),
    ]

    package let checkedTables = [
        CheckedTable(
            "archive",
            columns: "first, end, directory, sha256",
            rowName: .number("first"),
            part: .archive
        )
    ]

    package let countedTables = [CountedTable("checkpoint", part: .checkpoint), CountedTable("salt", part: .salt)]

    package func verify(in db: Database, _ findings: inout FindingList) throws {
        try SaltVerifier(db: db, firstEntry: ArchiveTable.end(in: db)).verify(&findings)
    }

    // MARK: Version 1

    /// Entries as plain rows.
    private static let plainEntries = """
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
        """

    // MARK: Version 2

    /// The entries become the leaves of a Merkle tree.
    @Sendable
    private static func makeProvable(in db: Database) throws {
        try db.execute(sql: "DROP TABLE entry_index; DROP TABLE probe; ALTER TABLE entry RENAME TO plain_entry")
        try db.execute(sql: logTables)
        try db.execute(sql: "INSERT INTO log (id, instance) VALUES (1, ?)", arguments: [UUID().uuidString.lowercased()])
        try moveEntries(in: db)
    }

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

    /// The audit log: entries, tree, checkpoints, keys, and the index that queries skip by.
    private static let logTables = """
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
    private static let logGuards = """
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

    // MARK: Versions 4 and 5

    /// Archives, and names that can be erased.
    private static let evidence = """
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
        """

    private static let checkedArchives = """
        DROP TRIGGER archive_is_never_updated;
        ALTER TABLE archive ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        UPDATE archive SET seal = row_seal(first, end, directory, sha256);
        CREATE TRIGGER archive_is_never_updated BEFORE UPDATE ON archive
        BEGIN SELECT RAISE(ABORT, 'archives of the audit log are never changed'); END;
        """
}
