// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A P-256 key pair for ECDH, such as a FLAME node has.
public final class P256KeyPair: Sendable {
    /// The longest text that is searched for a key, in bytes.
    public static let maximumTextBytes = 16 * 1024

    /// The half that may be shown.
    public let publicKey: P256PublicKey

    private let key: OpenSSLKey

    /// Reads a key without passphrase: PKCS#8 or SEC 1 in PEM.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidKey`, `unsupportedKey` or `passphraseNeeded`.
    public convenience init(_ text: SecretBytes) throws(CryptographyError) {
        guard text.count <= Self.maximumTextBytes else {
            throw CryptographyError(code: .invalidKey, message: "The text is too long for a private key.")
        }
        try self.init(
            text.withUnsafeBytes { text throws(CryptographyError) in
                try PEMText.readKey(
                    text,
                    type: "EC",
                    labels: ["PRIVATE KEY", "EC PRIVATE KEY"],
                    selection: opensslKeyPair
                )
            }
        )
    }

    private init(_ key: OpenSSLKey) throws(CryptographyError) {
        publicKey = try P256PublicKey(key)
        try key.withContext { context throws(CryptographyError) in
            guard EVP_PKEY_pairwise_check(context) == 1 else {
                throw CryptographyError(code: .invalidKey, message: "The halves of the key do not belong together.")
            }
        }
        self.key = key
    }

    /// A new pair.
    public static func generate() throws(CryptographyError) -> P256KeyPair {
        try P256KeyPair(OpenSSLKey.generate("EC") { EVP_PKEY_CTX_set_group_name($0, "P-256") })
    }

    /// The private half as PKCS#8 in PEM, without passphrase.
    public func pkcs8PEM() throws(CryptographyError) -> SecretBytes {
        try key.privatePEM()
    }
}

extension P256KeyPair: CustomStringConvertible, CustomReflectable {
    /// Never the private half.
    public var description: String { "<P-256 key pair>" }

    /// Never the private half.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
