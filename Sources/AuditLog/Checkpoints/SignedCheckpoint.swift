// SPDX-License-Identifier: Apache-2.0

public import StateStore

/// A checkpoint with the signatures under it.
public struct SignedCheckpoint: Sendable, Hashable {
    /// What it says. Means nothing before ``verify(_:)`` said so, unless it comes out of the log's own process.
    public let checkpoint: Checkpoint
    /// The note.
    public let note: SignedNote

    /// Reads a checkpoint as it is stored and sent.
    ///
    /// - Throws: ``StoreError/Code/malformed``.
    public init(_ bytes: some Collection<UInt8>) throws(StoreError) {
        try self.init(SignedNote(bytes))
    }

    init(_ note: SignedNote) throws(StoreError) {
        checkpoint = try Checkpoint(text: note.text)
        self.note = note
    }

    /// The bytes to store and send.
    public var bytes: [UInt8] { note.bytes }

    /// Whether the key signed it, under the log's own name.
    ///
    /// - Throws: ``StoreError/Code/untrusted`` if a signature by the key is wrong.
    public func verify(_ key: NoteVerifierKey) throws(StoreError) -> Bool {
        guard checkpoint.origin == key.name else { return false }
        return try note.verify(key)
    }
}

extension SignedCheckpoint: CustomStringConvertible {
    /// Origin, size and root.
    public var description: String { "\(checkpoint.origin) \(checkpoint.size) \(checkpoint.root)" }
}

/// What a log commits to: that with this many entries its tree had this root (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Hashable {
    /// The log's name, also the name of its key.
    public let origin: String
    /// How many entries.
    public let size: Int64
    /// The root of the tree over them.
    public let root: TreeHash

    /// Creates a checkpoint.
    public init(origin: String, size: Int64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads a note's text: origin, size and root on a line each. Lines that follow are allowed and not used.
    ///
    /// - Throws: ``StoreError/Code/malformed``.
    public init(text: String) throws(StoreError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", lines.dropLast().allSatisfy({ !$0.isEmpty }),
            let size = Int64(lines[1]), size >= 0, String(size) == lines[1],
            let root = TreeHash(base64: lines[2])
        else {
            throw StoreError(.malformed, "This is not a checkpoint: it has to begin with an origin, a size and a root.")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}
