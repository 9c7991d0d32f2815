// SPDX-License-Identifier: Apache-2.0

import GRDB
import StateStore

/// The statements on `checkpoint`, `signer` and `log`.
enum CheckpointTable {
    static func insert(_ signed: SignedCheckpoint, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO checkpoint (size, note) VALUES (?, ?)")
            .execute(arguments: [signed.checkpoint.size, String(decoding: signed.bytes, as: UTF8.self)])
        try RowCounts.change("checkpoint", in: db)
    }

    /// The newest checkpoint; its signature isn't looked at.
    static func last(in db: Database) throws -> SignedCheckpoint? {
        let note = try String.fetchOne(db, sql: "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return try note.map { try SignedCheckpoint($0.utf8) }
    }

    /// The checkpoint of a certain size, or the newest one; its signature isn't looked at.
    static func checkpointOrLast(size: Int64?, in db: Database) throws -> SignedCheckpoint? {
        guard let size else { return try last(in: db) }
        let note = try String.fetchOne(db, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [size])
        return try note.map { try SignedCheckpoint($0.utf8) }
    }

    /// Notes from which entry on a key is in force: that entry names it.
    static func insert(signer: NoteVerifierKey, sequence: Int64, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO signer (seq, vkey) VALUES (?, ?)",
            arguments: [sequence, signer.description]
        )
    }

    /// The key in force, if there is one.
    static func signer(in db: Database) throws -> NoteVerifierKey? {
        let text = try String.fetchOne(db, sql: "SELECT vkey FROM signer ORDER BY seq DESC LIMIT 1")
        return try text.map { try NoteVerifierKey($0) }
    }

    /// The log's name, given to it at the first call.
    static func origin(for signing: AuditSigning, in db: Database) throws -> String {
        guard let row = try Row.fetchOne(db, sql: "SELECT instance, origin FROM log") else {
            throw StoreError(.damaged, "The audit log has lost its name.")
        }
        if let origin: String = row["origin"] { return origin }
        let origin = try signing.origin(instance: row["instance"])
        try db.execute(sql: "UPDATE log SET origin = ?", arguments: [origin])
        return origin
    }
}
