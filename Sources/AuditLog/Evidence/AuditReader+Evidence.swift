// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB
public import StateStore

extension AuditReader {
    /// Writes entries with everything that an auditor needs to check them without this program or the rest of the log:
    ///
    /// - `entries.jsonl`: the entries, byte for byte;
    /// - `checkpoint`: the newest checkpoint, which covers them;
    /// - `range.json`, if they are in a row, or else `proofs.jsonl`: how they lead to the checkpoint's root;
    /// - `keys.jsonl` and `keys-proofs.jsonl`: the entries that name the log's keys, with their proofs;
    /// - `vkey`: the key in force; `bundle.json`: what is in the bundle; `README.md`: how to check it.
    ///
    /// A query for sequence numbers or times alone gives the whole row from the first match to the last. Entries that no
    /// checkpoint covers are left out; sign one first. Record an `audit.exported` entry about it.
    ///
    /// - Parameters:
    ///   - query: Which entries; its order and limit are not used.
    ///   - directory: Made with mode 0700; must not exist or be empty.
    ///   - progress: Told how many entries were written.
    /// - Throws: ``StoreError/Code/unknownRow`` if the log has no checkpoint or no entry matches.
    @discardableResult
    public func writeEvidence(
        _ query: AuditQuery,
        to directory: URL,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(StoreError) -> EvidenceManifest {
        guard let signed = try await checkpoint() else {
            throw StoreError(.unknownRow, "The audit log has no checkpoint, so nothing can be proved.")
        }
        var query = query
        query.order = .oldestFirst
        query.limit = nil
        query.sequences = (query.sequences ?? 0..<Int64.max).clamped(to: 0..<signed.checkpoint.size)
        let row = query.isAboutPlaceOnly ? try await extent(of: query) : nil
        if let row { query = AuditQuery(sequences: row) }
        let files = try EvidenceDirectory(directory)
        let count = try await writeEntries(query, of: signed.checkpoint, proving: row == nil, to: files, progress)
        guard count > 0 else { throw StoreError(.unknownRow, "No signed entry matches, so there is nothing to prove.") }
        if let row { try await writeRange(row, of: signed.checkpoint, to: files) }
        try await writeKeys(of: signed.checkpoint, to: files)
        let manifest = EvidenceManifest(
            format: EvidenceManifest.format,
            origin: signed.checkpoint.origin,
            size: signed.checkpoint.size,
            entries: count,
            first: row?.lowerBound
        )
        try files.write("checkpoint", signed.bytes)
        try files.write("bundle.json", try EvidenceText.json(manifest))
        try files.write("README.md", EvidenceText.readme(manifest).utf8)
        return manifest
    }

    /// The row of entries from the first match to the last.
    private func extent(of query: AuditQuery) async throws(StoreError) -> Range<Int64> {
        var ends: [Int64] = []
        for order in [AuditQuery.Order.oldestFirst, .newestFirst] {
            var one = query
            one.order = order
            one.limit = 1
            for try await recorded in entries(matching: one) { ends.append(recorded.sequence) }
        }
        return ends.count == 2 ? ends[0]..<ends[1] + 1 : 0..<0
    }

    private func writeEntries(
        _ query: AuditQuery,
        of checkpoint: Checkpoint,
        proving: Bool,
        to files: EvidenceDirectory,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async throws(StoreError) -> Int64 {
        let lines = try files.create("entries.jsonl")
        let proofs = proving ? try files.create("proofs.jsonl") : nil
        var count: Int64 = 0
        for try await recorded in entries(matching: query) {
            let proof = proofs == nil ? nil : try await inclusionProof(recorded.sequence, of: checkpoint)
            try StoreError.wrapping("the evidence bundle was being written") {
                try lines.write(contentsOf: Data(recorded.body + [0x0A]))
                if let proof { try proofs?.write(contentsOf: EvidenceText.line(proof)) }
            }
            count += 1
            if count.isMultiple(of: 1_024) { progress?(count) }
        }
        try StoreError.wrapping("the evidence bundle was being written") {
            for file in [lines, proofs].compactMap(\.self) {
                try file.synchronize()
                try file.close()
            }
        }
        progress?(count)
        return count
    }

    private func inclusionProof(
        _ sequence: Int64,
        of checkpoint: Checkpoint
    ) async throws(StoreError) -> InclusionProof {
        try await read("an entry was being proved") { db in
            var nodes = TreeNodes(StoredTree(db: db))
            return try nodes.inclusionProof(index: sequence, size: checkpoint.size)
        }
    }

    private func writeRange(
        _ range: Range<Int64>,
        of checkpoint: Checkpoint,
        to files: EvidenceDirectory
    ) async throws(StoreError) {
        let proof = try await read("entries were being proved") { db in
            var nodes = TreeNodes(StoredTree(db: db))
            return try nodes.rangeProof(range, size: checkpoint.size)
        }
        try files.write("range.json", try EvidenceText.json(proof))
    }

    private func writeKeys(of checkpoint: Checkpoint, to files: EvidenceDirectory) async throws(StoreError) {
        let keys = try await keys().filter { $0.sequence < checkpoint.size }
        var (lines, proofs) = (Data(), Data())
        for key in keys {
            let (line, proof) = try await keyProof(key.sequence, isFirst: key == keys[0], of: checkpoint)
            lines += line
            proofs += proof
        }
        try files.write("keys.jsonl", lines)
        try files.write("keys-proofs.jsonl", proofs)
        try files.write("vkey", "\(keys.last?.key.description ?? "")\n".utf8)
    }

    /// The line of an entry that names a key, and its proof: the old key has signed it, and the log has only grown since.
    private func keyProof(
        _ sequence: Int64,
        isFirst: Bool,
        of checkpoint: Checkpoint
    ) async throws(StoreError) -> (Data, Data) {
        try await read("a key was being proved") { db in
            var nodes = TreeNodes(StoredTree(db: db))
            let inclusion = try nodes.inclusionProof(index: sequence, size: checkpoint.size)
            let line = try String.fetchOne(db, sql: "SELECT body FROM entry WHERE seq = ?", arguments: [sequence])
            guard !isFirst else {
                return (Data("\(line ?? "")\n".utf8), try EvidenceText.line(inclusion, namedBy: nil))
            }
            guard let old = try CheckpointTable.checkpointOrLast(size: sequence + 1, in: db) else {
                throw StoreError(.damaged, "The checkpoint is missing with which a key was named in entry \(sequence).")
            }
            let growth = try nodes.consistencyProof(oldSize: sequence + 1, newSize: checkpoint.size)
            return (Data("\(line ?? "")\n".utf8), try EvidenceText.line(inclusion, namedBy: (old, growth)))
        }
    }
}

extension AuditQuery {
    /// Whether it asks for nothing but a part of the log.
    fileprivate var isAboutPlaceOnly: Bool {
        modeller == nil && dataset == nil && decision == nil && task == nil && types.isEmpty
    }
}

/// What an evidence bundle holds; written as `bundle.json`.
public struct EvidenceManifest: Sendable, Hashable, Codable {
    /// The format's name and version.
    public static let format = "pod-agent-audit-bundle/v1"

    /// The format's name and version.
    public let format: String
    /// The log's name.
    public let origin: String
    /// How many entries the checkpoint in the bundle covers.
    public let size: Int64
    /// How many entries are in the bundle.
    public let entries: Int64
    /// The first of them, if they are in a row and proved as such; nil if each has a proof of its own.
    public let first: Int64?
}
