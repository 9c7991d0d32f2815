// SPDX-License-Identifier: Apache-2.0

/// The part that C2SP's proofs have in common: lines, then hashes in base64 one a line, an empty line, a checkpoint.
struct ProofText {
    /// No proof of a tree that could exist has more hashes.
    static let maximumHashes = 64

    /// The lines before the hashes.
    let head: [String]
    let hashes: [TreeHash]
    let checkpoint: SignedCheckpoint

    init(head: [String], hashes: [TreeHash], checkpoint: SignedCheckpoint) {
        self.head = head
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// Reads a proof; `isHead` tells which of the first lines are not hashes.
    init?(_ bytes: some Collection<UInt8>, isHead: (Substring) -> Bool) {
        guard bytes.count <= 2 * SignedNote.maximumBytes, let text = String(validating: bytes, as: UTF8.self),
            let split = text.firstRange(of: "\n\n"),
            let checkpoint = try? SignedCheckpoint(text[split.upperBound...].utf8)
        else { return nil }
        let lines = text[..<split.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix(while: isHead)
        let hashes = lines.dropFirst(head.count).map { TreeHash(base64: $0) }
        guard hashes.count <= Self.maximumHashes, !hashes.contains(nil) else { return nil }
        self.init(head: head.map(String.init), hashes: hashes.compactMap(\.self), checkpoint: checkpoint)
    }

    var bytes: [UInt8] {
        Array((head + hashes.map(\.base64)).map { $0 + "\n" }.joined().utf8) + [0x0A] + checkpoint.bytes
    }
}
