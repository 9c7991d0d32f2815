import Cryptography

/// The number of a reply in the agent's outbox; never used twice.
public struct ReplyID: Sendable, Hashable, CustomStringConvertible {
    let rawValue: Int64

    init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    public var description: String { String(rawValue) }
}

/// A reply in the caller's own encoding, complete: sending it again must give the same bytes to the modeller.
public struct StoredReply: Sendable, Hashable, CustomStringConvertible {
    /// The encoded reply.
    public var bytes: [UInt8]

    /// Creates a reply.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How the entry that decides names the reply that announces it.
    var entryReference: String { "reply sha256:\(Hex.encode(SHA256.hash(bytes)))" }

    /// The size; nothing of the content.
    public var description: String { "reply of \(bytes.count) bytes" }
}
