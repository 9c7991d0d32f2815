import StateStore

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
