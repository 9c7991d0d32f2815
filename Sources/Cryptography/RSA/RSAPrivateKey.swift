// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A pod's or a modeller's RSA key (bitfount-protocol.md, 8.1 and 8.3).
///
/// A private operation takes milliseconds, so each runs among the ``PrivateOperations`` and not on
/// the pool that all other tasks share.
public final class RSAPrivateKey: Sendable {
    /// The size of the keys that pods make, in bits.
    public static let defaultBits = 4096

    /// The half that may be shown.
    public let publicKey: RSAPublicKey

    private let key: OpenSSLKey

    /// Reads a key without passphrase: PKCS#8 or PKCS#1 in PEM, or the container of OpenSSH.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidKey`, `unsupportedKey` or `passphraseNeeded`.
    public convenience init(_ text: SecretBytes) throws(CryptographyError) {
        guard text.count <= RSAKeyLimits.maximumTextBytes else {
            throw CryptographyError(code: .invalidKey, message: "The text is too long for a private key.")
        }
        try self.init(
            text.withUnsafeBytes { text throws(CryptographyError) in
                if let block = PEMText(text), block.label == OpenSSHPrivateKey.label {
                    return try OpenSSHPrivateKey.read(UnsafeRawBufferPointer(rebasing: text[block.body]))
                }
                return try PEMText.readKey(
                    text,
                    type: "RSA",
                    labels: ["PRIVATE KEY", "RSA PRIVATE KEY"],
                    selection: opensslKeyPair
                )
            }
        )
    }

    /// Reads a key from a text that is in memory anyway; from files, read ``SecretBytes``.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidKey`, `unsupportedKey` or `passphraseNeeded`.
    public convenience init(_ text: String) throws(CryptographyError) {
        try self.init(SecretBytes(text.utf8))
    }

    private init(_ key: OpenSSLKey) throws(CryptographyError) {
        // A key of its own, so that whoever keeps only the public half does not keep the private one in memory.
        publicKey = try RSAPublicKey(OpenSSHPublicKey.write(key))
        try RSAComponents(of: key).checkConsistency()
        self.key = key
    }

    /// Makes a new key with the exponent 65537; 4096 bits take seconds.
    public static func generate(bits: Int = defaultBits) async throws(CryptographyError) -> RSAPrivateKey {
        guard (RSAKeyLimits.minimumBits...RSAKeyLimits.maximumBits).contains(bits) else {
            throw CryptographyError(code: .unsupportedKey, message: "An RSA key can't have \(bits) bits.")
        }
        return try await PrivateOperations.run { () throws(CryptographyError) in
            try RSAPrivateKey(
                OpenSSLKey.generate("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, Int32(bits)) }
            )
        }
    }

    /// The size of the modulus, and so of ciphertexts and signatures, in bytes.
    public var modulusBytes: Int { publicKey.modulusBytes }

    /// The key as PKCS#8 in PEM, without passphrase.
    public func pkcs8PEM() throws(CryptographyError) -> SecretBytes {
        try key.privatePEM()
    }

    /// The key in the container of OpenSSH, without passphrase, as the SDKs keep it.
    public func openSSHPrivateKey() throws(CryptographyError) -> SecretBytes {
        try OpenSSHPrivateKey.write(key)
    }

    /// Decrypts what was encrypted with ``RSAPublicKey/encryptOAEP(_:)``.
    ///
    /// - Throws: ``CryptographyError`` with the code `decryptionFailed`, whatever is wrong with the ciphertext.
    public func decryptOAEP(_ ciphertext: [UInt8]) async throws(CryptographyError) -> [UInt8] {
        guard ciphertext.count == modulusBytes else { throw .decryptionFailed }
        return try await PrivateOperations.run { () throws(CryptographyError) in
            try self.decrypt(ciphertext)
        }
    }

    /// Signs a message: PSS with SHA-256, MGF1-SHA-256 and a salt of 20 bytes.
    public func signPSS(_ message: [UInt8]) async throws(CryptographyError) -> [UInt8] {
        try await PrivateOperations.run { () throws(CryptographyError) in
            try self.sign(message)
        }
    }

    private func decrypt(_ ciphertext: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try OpenSSL.run { () throws(CryptographyError) in
            try key.withContext { context throws(CryptographyError) in
                try OpenSSL.check(EVP_PKEY_decrypt_init(context))
                try RSAPadding.setOAEP(context)
                var plaintext = [UInt8](repeating: 0, count: modulusBytes)
                defer { OPENSSL_cleanse(&plaintext, plaintext.count) }
                var length = plaintext.count
                let result = EVP_PKEY_decrypt(context, &plaintext, &length, ciphertext, ciphertext.count)
                guard result == 1 else { throw .decryptionFailed }
                return Array(plaintext.prefix(length))
            }
        }
    }

    private func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try OpenSSL.run { () throws(CryptographyError) in
            let digest = try OpenSSL.require(EVP_MD_CTX_new())
            defer { EVP_MD_CTX_free(digest) }
            return try key.withPointer { key throws(CryptographyError) in
                // The digest context owns this one.
                var context: OpaquePointer?
                try OpenSSL.check(EVP_DigestSignInit_ex(digest, &context, "SHA256", nil, nil, key, nil))
                try RSAPadding.setPSS(OpenSSL.require(context))
                var signature = [UInt8](repeating: 0, count: modulusBytes)
                var length = signature.count
                let result = EVP_DigestSign(digest, &signature, &length, message, message.count)
                try OpenSSL.check(result, "A message could not be signed.")
                return Array(signature.prefix(length))
            }
        }
    }
}

extension RSAPrivateKey: CustomStringConvertible, CustomReflectable {
    /// Never the private half.
    public var description: String { "<RSA private key of \(modulusBytes * 8) bits>" }

    /// Never the private half.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
