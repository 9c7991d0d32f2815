// SPDX-License-Identifier: Apache-2.0

/// The key that a modeller chose for the messages of one task (bitfount-protocol.md, 8.4).
///
/// A sealed message is ciphertext ‖ tag (16) ‖ nonce (12), AES-256-GCM without associated data. So it is authentic only
/// to whoever holds the key: message type, sender, recipient and task are not covered.
public struct SessionKey: Sendable, Equatable {
    /// How long a key is, in bytes.
    public static let byteCount = AESGCM.keyBytes

    private let secret: SecretBytes

    /// A key of exactly 32 bytes.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidLength`.
    public init(bytes: some Collection<UInt8>) throws(CryptographyError) {
        guard bytes.count == Self.byteCount else {
            throw CryptographyError(
                code: .invalidLength,
                message: "A session key has \(Self.byteCount) bytes, not \(bytes.count)."
            )
        }
        secret = SecretBytes(bytes)
    }

    private init(secret: SecretBytes) {
        self.secret = secret
    }

    /// A new key, as a modeller makes one for each task and pod.
    public static func random() throws(CryptographyError) -> SessionKey {
        SessionKey(secret: try SecureRandom.secret(byteCount))
    }

    /// Encrypts a message under a fresh nonce.
    public func seal(_ plaintext: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(AESGCM.nonceBytes)
        var sealed: [UInt8] = []
        sealed.reserveCapacity(plaintext.count + AESGCM.tagBytes + AESGCM.nonceBytes)
        try AESGCM.seal(plaintext, key: secret, nonce: nonce, appendingTo: &sealed)
        return sealed + nonce
    }

    /// Decrypts a message.
    ///
    /// - Throws: ``CryptographyError`` with the code `decryptionFailed`, whatever is wrong with the message.
    public func open(_ sealed: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try AESGCM.open(
            sealed.dropLast(AESGCM.nonceBytes),
            key: secret,
            nonce: sealed.suffix(AESGCM.nonceBytes)
        )
    }

    /// The key itself, for the request that carries it to the pod.
    public func reveal() -> [UInt8] {
        secret.reveal()
    }
}

extension SessionKey: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "<session key>" }

    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
