import Cryptography

/// The four bytes that tell one key of a name from another. Not a hash to rely on: it only says which key to try.
public struct NoteKeyID: Sendable, Hashable, CustomStringConvertible {
    /// The first byte of a key's or signature's encoding.
    enum Algorithm: UInt8 {
        /// Ed25519 over the note's text.
        case ed25519 = 1
    }

    let rawValue: UInt32

    /// The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key).
    init(name: String, algorithm: Algorithm, publicKey: [UInt8]) {
        let hash = SHA256.hash(Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        rawValue = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The id of exactly four bytes.
    init(_ bytes: ArraySlice<UInt8>) {
        rawValue = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The id that these eight lower-case hex digits write.
    init?(hex: some StringProtocol) {
        guard hex.utf8.count == 8, hex == hex.lowercased(), let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes[...])
    }

    var bytes: [UInt8] { withUnsafeBytes(of: rawValue.bigEndian) { [UInt8]($0) } }

    /// Eight lower-case hex digits.
    public var description: String { Hex.encode(bytes) }
}
