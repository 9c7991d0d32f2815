// SPDX-License-Identifier: Apache-2.0

/// A message of any length for the holder of an RSA key (bitfount-protocol.md, 8.3).
///
/// Up to k − 66 bytes, where k is the size of the modulus, it is encrypted with OAEP and has exactly k bytes. A longer one is
/// OAEP of a fresh AES key (k) ‖ nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16). On receipt the length decides.
public enum HybridEnvelope {
    /// Encrypts a message.
    public static func seal(_ plaintext: [UInt8], to key: RSAPublicKey) throws(CryptographyError) -> [UInt8] {
        guard plaintext.count > key.maximumOAEPBytes else { return try key.encryptOAEP(plaintext) }
        let contentKey = try SecureRandom.secret(AESGCM.keyBytes)
        var revealed = contentKey.reveal()
        defer { revealed.wipe() }
        let nonce = try SecureRandom.bytes(AESGCM.nonceBytes)
        var sealed = try key.encryptOAEP(revealed)
        sealed.reserveCapacity(sealed.count + nonce.count + plaintext.count + AESGCM.tagBytes)
        sealed += nonce
        try AESGCM.seal(plaintext, key: contentKey, nonce: nonce, appendingTo: &sealed)
        return sealed
    }

    /// Decrypts a message.
    ///
    /// - Throws: ``CryptographyError`` with the code `decryptionFailed`, whatever is wrong with the message.
    public static func open(
        _ sealed: [UInt8],
        with key: RSAPrivateKey
    ) async throws(CryptographyError) -> [UInt8] {
        guard sealed.count > key.modulusBytes else { return try await key.decryptOAEP(sealed) }
        let nonceEnd = key.modulusBytes + AESGCM.nonceBytes
        guard sealed.count >= nonceEnd + AESGCM.tagBytes else { throw .decryptionFailed }
        var contentKey = try await key.decryptOAEP(Array(sealed[..<key.modulusBytes]))
        defer { contentKey.wipe() }
        guard contentKey.count == AESGCM.keyBytes else { throw .decryptionFailed }
        return try AESGCM.open(
            sealed[nonceEnd...],
            key: SecretBytes(contentKey),
            nonce: sealed[key.modulusBytes..<nonceEnd]
        )
    }
}
