// SPDX-License-Identifier: Apache-2.0

public import StateStore

/// Shows an auditor that one entry is in a signed log, without the rest of the log (C2SP tlog-proof).
public struct EntryProof: Sendable, Hashable {
    private static let firstLine = "c2sp.org/tlog-proof@v1"

    /// The way from the entry to the root.
    public let inclusion: InclusionProof
    /// The checkpoint that names the root.
    public let checkpoint: SignedCheckpoint

    init(inclusion: InclusionProof, checkpoint: SignedCheckpoint) {
        self.inclusion = inclusion
        self.checkpoint = checkpoint
    }

    /// Reads a proof. A line of extra data is allowed and not used.
    ///
    /// - Throws: ``StoreError/Code/malformed``.
    public init(_ bytes: some Collection<UInt8>) throws(StoreError) {
        let text = ProofText(bytes) { $0 == Self.firstLine || $0.hasPrefix("extra ") || $0.hasPrefix("index ") }
        guard let text, text.head.first == Self.firstLine, let line = text.head.last,
            text.head.count == 2 || text.head.count == 3 && text.head[1].hasPrefix("extra "),
            let index = Int64(line.dropFirst("index ".count)), index >= 0, line == "index \(index)"
        else { throw StoreError(.malformed, "This is not a proof of an entry.") }
        inclusion = InclusionProof(index: index, size: text.checkpoint.checkpoint.size, hashes: text.hashes)
        checkpoint = text.checkpoint
    }

    /// The proof as it is written; files of it end in `.tlog-proof`.
    public var bytes: [UInt8] {
        ProofText(head: [Self.firstLine, "index \(inclusion.index)"], hashes: inclusion.hashes, checkpoint: checkpoint)
            .bytes
    }

    /// Whether the line is the entry that the proof is about, in the log that the key signed.
    ///
    /// - Parameters:
    ///   - line: The entry's exact bytes, without a newline.
    ///   - key: The log's key.
    public func holds(for line: [UInt8], key: NoteVerifierKey) -> Bool {
        var hasher = TreeHasher()
        guard inclusion.root(forLeaf: hasher.leaf(line)) == checkpoint.checkpoint.root else { return false }
        return (try? checkpoint.verify(key)) ?? false
    }
}
