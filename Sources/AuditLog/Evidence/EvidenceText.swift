// SPDX-License-Identifier: Apache-2.0

import Foundation
import StateStore

/// The texts of an evidence bundle. Verifiers read them by the names of their keys, which are never changed.
enum EvidenceText {
    /// A proof in the form of `proofs.jsonl`.
    private struct Proof: Encodable {
        let seq: Int64
        let hashes: [String]

        private enum CodingKeys: String, CodingKey {
            case seq = "seq"
            case hashes = "hashes"
        }
    }

    /// A proof in the form of `keys-proofs.jsonl`: for all keys but the first, with the checkpoint by which the key
    /// before named it, and the proof that the log grew from there.
    private struct KeyProof: Encodable {
        let seq: Int64
        let hashes: [String]
        let checkpoint: String?
        let growth: [String]?

        private enum CodingKeys: String, CodingKey {
            case seq = "seq"
            case hashes = "hashes"
            case checkpoint = "checkpoint"
            case growth = "growth"
        }
    }

    /// A proof in the form of `range.json`.
    private struct RangeOfEntries: Encodable {
        let first: Int64
        let end: Int64
        let size: Int64
        let hashes: [String]

        private enum CodingKeys: String, CodingKey {
            case first = "first"
            case end = "end"
            case size = "size"
            case hashes = "hashes"
        }
    }

    static func line(_ proof: InclusionProof) throws(StoreError) -> Data {
        try json(Proof(seq: proof.index, hashes: proof.hashes.map(\.base64)))
    }

    static func line(
        _ proof: InclusionProof,
        namedBy rotation: (checkpoint: SignedCheckpoint, growth: ConsistencyProof)?
    ) throws(StoreError) -> Data {
        try json(
            KeyProof(
                seq: proof.index,
                hashes: proof.hashes.map(\.base64),
                checkpoint: rotation.map { String(decoding: $0.checkpoint.bytes, as: UTF8.self) },
                growth: rotation?.growth.hashes.map(\.base64)
            )
        )
    }

    static func json(_ proof: RangeProof) throws(StoreError) -> Data {
        let (first, end) = (proof.range.lowerBound, proof.range.upperBound)
        return try json(RangeOfEntries(first: first, end: end, size: proof.size, hashes: proof.hashes.map(\.base64)))
    }

    /// One line of JSON with its newline.
    static func json(_ value: some Encodable) throws(StoreError) -> Data {
        try StoreError.wrapping("the evidence bundle was being written") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(value) + [0x0A]
        }
    }

    static func readme(_ manifest: EvidenceManifest) -> String {
        """
        # Evidence from an audit log

        \(manifest.entries) entries of the log `\(manifest.origin)`, with the proof that they were in it when it had
        \(manifest.size) entries. Nothing in here has to be believed: everything can be recomputed with SHA-256 and Ed25519.

        | File | Content |
        |---|---|
        | `entries.jsonl` | the entries, one a line, byte for byte as they were recorded |
        | `checkpoint` | the log's size and root, signed (C2SP tlog-checkpoint) |
        | `range.json` or `proofs.jsonl` | the hashes that lead from the entries to the root (RFC 6962) |
        | `keys.jsonl`, `keys-proofs.jsonl` | the entries that name the log's keys, and their proofs |
        | `vkey` | the key that signed the checkpoint |

        With the stand-alone verifier of pod-agent, which needs Python 3.9 and the package `cryptography`:

            verify_audit.py bundle . --key VKEY

        Take VKEY from somewhere else than from here, for instance from the pod's owner or from an earlier bundle: any
        key that the log was ever signed with will do, because each later one is named in an entry under the one before.
        An older checkpoint of the log, given with `--checkpoint FILE`, is shown to be a beginning of this one if
        the bundle holds all entries.

        By hand: a leaf is SHA-256(0x00 ‖ line), a node SHA-256(0x01 ‖ left ‖ right); the root over all leaves is the one
        on the third line of `checkpoint`, and the signature is over the first three lines.

        """
    }
}
