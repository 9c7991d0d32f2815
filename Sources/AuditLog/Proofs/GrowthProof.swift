// SPDX-License-Identifier: Apache-2.0

public import StateStore

/// Shows an auditor who holds an old checkpoint that the log has only grown since, in the form in which logs show it
/// to witnesses (C2SP tlog-witness, the request to add a checkpoint).
public struct GrowthProof: Sendable, Hashable {
    /// The way from the old root to the new one.
    public let consistency: ConsistencyProof
    /// The new checkpoint.
    public let checkpoint: SignedCheckpoint

    init(consistency: ConsistencyProof, checkpoint: SignedCheckpoint) {
        self.consistency = consistency
        self.checkpoint = checkpoint
    }

    /// Reads a proof.
    ///
    /// - Throws: ``StoreError/Code/malformed``.
    public init(_ bytes: some Collection<UInt8>) throws(StoreError) {
        let text = ProofText(bytes) { $0.hasPrefix("old ") }
        guard let text, text.head.count == 1, let size = Int64(text.head[0].dropFirst("old ".count)), size >= 0,
            text.head[0] == "old \(size)"
        else { throw StoreError(.malformed, "This is not a proof that a log has grown.") }
        consistency = ConsistencyProof(oldSize: size, newSize: text.checkpoint.checkpoint.size, hashes: text.hashes)
        checkpoint = text.checkpoint
    }

    /// The proof as it is written.
    public var bytes: [UInt8] {
        ProofText(head: ["old \(consistency.oldSize)"], hashes: consistency.hashes, checkpoint: checkpoint).bytes
    }

    /// Whether the log of the old checkpoint is the beginning of this one. The signatures are for the caller to verify.
    public func holds(for old: Checkpoint) -> Bool {
        old.origin == checkpoint.checkpoint.origin && old.size == consistency.oldSize
            && consistency.isValid(oldRoot: old.root, newRoot: checkpoint.checkpoint.root)
    }
}
