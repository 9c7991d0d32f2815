// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The public half of a pod's or a modeller's RSA key.
public final class RSAPublicKey: Sendable {
    /// One line of OpenSSH, without comment and newline: the form that the Hub keeps (bitfount-protocol.md, 8.2).
    public let openSSH: String
    /// SubjectPublicKeyInfo in PEM.
    public let pem: String
    /// The size of the modulus, and so of ciphertexts and signatures, in bytes.
    public let modulusBytes: Int

    private let key: OpenSSLKey

    /// Reads a key from PEM (SubjectPublicKeyInfo or PKCS#1) or from a line of OpenSSH.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidKey` or `unsupportedKey`.
    public convenience init(_ text: String) throws(CryptographyError) {
        guard text.utf8.count <= RSAKeyLimits.maximumTextBytes else {
            throw CryptographyError(code: .invalidKey, message: "The text is too long for a public key.")
        }
        guard text.contains("-----BEGIN ") else {
            try self.init(OpenSSHPublicKey.read(text))
            return
        }
        let secret = SecretBytes(text.utf8)
        try self.init(
            secret.withUnsafeBytes { bytes throws(CryptographyError) in
                try PEMText.readKey(
                    bytes,
                    type: "RSA",
                    labels: ["PUBLIC KEY", "RSA PUBLIC KEY"],
                    selection: opensslPublicKey
                )
            }
        )
    }

    private init(_ key: OpenSSLKey) throws(CryptographyError) {
        modulusBytes = try RSAKeyLimits.check(key)
        openSSH = try OpenSSHPublicKey.write(key)
        pem = try key.publicPEM()
        self.key = key
    }

    /// The longest message that ``encryptOAEP(_:)`` takes, in bytes: 446 for a key of 4096 bits.
    public var maximumOAEPBytes: Int { modulusBytes - RSAPadding.oaepOverhead }

    /// Encrypts a short message with OAEP.
    ///
    /// - Throws: ``CryptographyError`` with the code `messageTooLong` above ``maximumOAEPBytes``.
    public func encryptOAEP(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard message.count <= maximumOAEPBytes else {
            throw CryptographyError(
                code: .messageTooLong,
                message: "RSA can encrypt \(maximumOAEPBytes) bytes with this key, not \(message.count)."
            )
        }
        return try OpenSSL.run { () throws(CryptographyError) in
            try key.withContext { context throws(CryptographyError) in
                try OpenSSL.check(EVP_PKEY_encrypt_init(context))
                try RSAPadding.setOAEP(context)
                var ciphertext = [UInt8](repeating: 0, count: modulusBytes)
                var length = ciphertext.count
                let result = EVP_PKEY_encrypt(context, &ciphertext, &length, message, message.count)
                try OpenSSL.check(result, "A message could not be encrypted.")
                return Array(ciphertext.prefix(length))
            }
        }
    }

    /// Whether the signature is the key holder's over the message: PSS with a salt of exactly 20 bytes.
    public func verifyPSS(signature: [UInt8], message: [UInt8]) -> Bool {
        guard signature.count == modulusBytes else { return false }
        do {
            return try OpenSSL.run { () throws(CryptographyError) in
                let digest = try OpenSSL.require(EVP_MD_CTX_new())
                defer { EVP_MD_CTX_free(digest) }
                return try key.withPointer { key throws(CryptographyError) in
                    // The digest context owns this one.
                    var context: OpaquePointer?
                    try OpenSSL.check(EVP_DigestVerifyInit_ex(digest, &context, "SHA256", nil, nil, key, nil))
                    try RSAPadding.setPSS(OpenSSL.require(context))
                    return EVP_DigestVerify(digest, signature, signature.count, message, message.count) == 1
                }
            }
        } catch {
            return false
        }
    }
}

extension RSAPublicKey: Equatable {
    /// Whether both have the same modulus and exponent.
    public static func == (left: RSAPublicKey, right: RSAPublicKey) -> Bool {
        left.openSSH == right.openSSH
    }
}

extension RSAPublicKey: CustomStringConvertible {
    /// The line of OpenSSH.
    public var description: String { openSSH }
}
