import Cryptography

/// A name as a salted hash: `sha256:` and 64 hex digits of SHA-256(salt ‖ name). Each entry has a salt of its own, so
/// that two entries about one person can't be linked without the salts.
struct SaltedName: Sendable, Hashable {
    static let saltBytes = 32
    private static let prefix = "sha256:"

    let salt: [UInt8]
    let name: String

    /// What stands in the entry.
    var text: String { Self.prefix + Hex.encode(SHA256.hash(salt + Array(name.utf8))) }

    /// Whether a value in a line has the form of one.
    static func isSalted(_ value: UnsafeRawBufferPointer) -> Bool {
        value.count == prefix.utf8.count + 64 && value.starts(with: prefix.utf8)
    }
}
