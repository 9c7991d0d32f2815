// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
import GRDB
public import StateStore
import Timekeeping

extension AuditLog {
    /// How many entries one transaction removes from the database.
    private static let entriesPerRemoval: Int64 = 4_096

    /// Moves old entries into an evidence bundle in a directory, and removes them from the database. Their hashes, and
    /// with them the tree, the checkpoints and all proofs, stay.
    ///
    /// Entries are archived in whole segments of 256, and only as far as a checkpoint covers them.
    ///
    /// - Parameters:
    ///   - horizon: Only entries recorded before this moment.
    ///   - directory: The archive directory; the bundle becomes a directory in it.
    ///   - progress: Told how many entries were written.
    /// - Returns: What was archived; nil if there was nothing to archive.
    public func archive(
        before horizon: Date,
        to directory: URL,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(StoreError) -> ArchivedSegment? {
        try await finishRemoval()
        guard let range = try await archivable(before: horizon) else { return nil }
        let name = "\(try await reader.instance())-\(range.lowerBound)-\(range.upperBound)"
        let bundle = directory.appending(path: name)
        try await reader.writeEvidence(AuditQuery(sequences: range), to: bundle, progress: progress)
        let segment = ArchivedSegment(
            range: range,
            directory: name,
            sha256: try Self.hash(of: bundle.appending(path: "entries.jsonl"))
        )
        var entry = AuditEntry(.auditExported)
        entry.by = .operator
        entry.reason = "retention"
        entry.reference = segment.entryReference
        let draft = EntryDraft(entry)
        try await write { transaction in
            try transaction.record(draft)
            try ArchiveTable.insert(segment, in: transaction.db)
        }
        try await finishRemoval()
        return segment
    }

    /// Removes from the database what is archived, other than the entries that name keys: without them no checkpoint
    /// could be verified. It can have been interrupted, so it is begun again before the next.
    private func finishRemoval() async throws(StoreError) {
        while try await store.write({ db in
            let end = try ArchiveTable.end(in: db)
            try db.execute(
                sql: """
                    DELETE FROM entry WHERE seq IN (
                        SELECT seq FROM entry WHERE seq < ? AND seq NOT IN (SELECT seq FROM signer) ORDER BY seq LIMIT ?
                    )
                    """,
                arguments: [end, Self.entriesPerRemoval]
            )
            let removed = db.changesCount
            try db.execute(sql: "DELETE FROM segment WHERE idx < ?", arguments: [end / Segment.width])
            _ = try SaltTable.delete("seq < ?", [end], in: db)
            return removed
        }) > 0 {}
    }

    private func archivable(before horizon: Date) async throws(StoreError) -> Range<Int64>? {
        let milliseconds = ISO8601.milliseconds(of: horizon)
        return try await reader.read("the audit log was being archived") { db in
            let first = try ArchiveTable.end(in: db)
            guard let signed = try CheckpointTable.last(in: db)?.checkpoint.size else { return nil }
            let younger = try Int64.fetchOne(
                db,
                sql: "SELECT min(idx) FROM segment WHERE idx >= ? AND at_max >= ?",
                arguments: [first / Segment.width, milliseconds]
            )
            let indexed = try Int64.fetchOne(db, sql: "SELECT ifnull(max(idx) + 1, 0) FROM segment") ?? 0
            // At least one entry stays, so that the log knows its own length.
            let size = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
            let end = [(younger ?? indexed) * Segment.width, signed, size - 1].min() ?? 0
            let last = end - end % Segment.width
            return first < last ? first..<last : nil
        }
    }

    private static func hash(of file: URL) throws(StoreError) -> [UInt8] {
        try StoreError.wrapping("an archive was being read back") {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            var hasher = SHA256Hasher()
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hasher.update(Array(piece)) }
            return hasher.finish()
        }
    }
}

/// A row of entries that was moved from the database into files.
public struct ArchivedSegment: Sendable, Hashable {
    /// The entries.
    public let range: Range<Int64>
    /// The name of the directory with their evidence bundle, within the archive directory.
    public let directory: String
    /// SHA-256 of the bundle's `entries.jsonl`.
    public let sha256: [UInt8]

    /// How the entry that tells of the archiving names it.
    var entryReference: String {
        "archive \(range.lowerBound)-\(range.upperBound) sha256:\(Hex.encode(sha256)) \(directory)"
    }
}
