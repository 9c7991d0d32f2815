// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import StateStore

extension AuditReader {
    /// Proves one entry.
    ///
    /// - Parameter sequence: The entry.
    /// - Returns: The entry's exact line, and the proof that it is in the log of the newest checkpoint.
    /// - Throws: ``StoreError/Code/unknownRow`` if there is no such entry, or no checkpoint covers it yet.
    public func prove(_ sequence: Int64) async throws(StoreError) -> (line: [UInt8], proof: EntryProof) {
        try await read("an entry was being proved") { db in
            let line = try Row.fetchOne(db, sql: "SELECT body FROM entry WHERE seq = ?", arguments: [sequence])
            guard let line else {
                let archive = try ArchiveTable.all(in: db).first { $0.range.contains(sequence) }
                throw StoreError(
                    .unknownRow,
                    archive.map { "Entry \(sequence) is in the archive \($0.directory)." }
                        ?? "The audit log has no entry \(sequence)."
                )
            }
            guard let signed = try CheckpointTable.last(in: db), signed.checkpoint.size > sequence else {
                throw StoreError(
                    .unknownRow,
                    "No checkpoint covers entry \(sequence) yet; one is signed within a minute."
                )
            }
            var nodes = TreeNodes(StoredTree(db: db))
            let inclusion = try nodes.inclusionProof(index: sequence, size: signed.checkpoint.size)
            let body = try line.withUnsafeData(atIndex: 0) { Array($0 ?? Data()) }
            return (body, EntryProof(inclusion: inclusion, checkpoint: signed))
        }
    }

    /// Proves that the log has only grown since it had `oldSize` entries.
    ///
    /// - Parameters:
    ///   - oldSize: The size of a checkpoint that the auditor holds.
    ///   - newSize: The size of a later checkpoint of the log; the newest if nil.
    /// - Throws: ``StoreError/Code/unknownRow`` if the log has no such checkpoint, or none that covers `oldSize`.
    public func proveGrowth(from oldSize: Int64, to newSize: Int64? = nil) async throws(StoreError) -> GrowthProof {
        try await read("the log's growth was being proved") { db in
            let signed = try CheckpointTable.checkpointOrLast(size: newSize, in: db)
            guard let signed else {
                throw StoreError(
                    .unknownRow,
                    "The audit log has no checkpoint\(newSize.map { " of \($0) entries" } ?? "")."
                )
            }
            guard oldSize >= 0, oldSize <= signed.checkpoint.size else {
                throw StoreError(
                    .unknownRow,
                    "The checkpoint of \(signed.checkpoint.size) entries is not later than \(oldSize)."
                )
            }
            var nodes = TreeNodes(StoredTree(db: db))
            let consistency = try nodes.consistencyProof(oldSize: oldSize, newSize: signed.checkpoint.size)
            return GrowthProof(consistency: consistency, checkpoint: signed)
        }
    }

    /// The log's newest checkpoint, or the one of a certain size; nil if there is none.
    public func checkpoint(size: Int64? = nil) async throws(StoreError) -> SignedCheckpoint? {
        try await read("a checkpoint was being read") { db in
            try CheckpointTable.checkpointOrLast(size: size, in: db)
        }
    }

    /// The keys that the log was signed with, each with the entry that put it in force, oldest first.
    public func keys() async throws(StoreError) -> [(sequence: Int64, key: NoteVerifierKey)] {
        try await read("the keys were being read") { db in
            try Row.fetchAll(db, sql: "SELECT seq, vkey FROM signer ORDER BY seq").map { row in
                (row[0], try NoteVerifierKey(row[1] as String))
            }
        }
    }
}
