// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A key that makes Ed25519 signatures (RFC 8032), such as those under the audit log's checkpoints.
public final class Ed25519PrivateKey: Sendable {
    /// How long a seed is, in bytes.
    public static let seedBytes = 32

    /// The 32 bytes that the key is derived from: what is to be stored.
    public let seed: SecretBytes
    /// The half that may be shown.
    public let publicKey: Ed25519PublicKey

    private let key: OpenSSLKey

    /// The key of a seed of exactly 32 bytes.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidLength`.
    public init(seed: SecretBytes) throws(CryptographyError) {
        guard seed.count == Self.seedBytes else {
            throw CryptographyError(
                code: .invalidLength,
                message: "An Ed25519 seed has \(Self.seedBytes) bytes, not \(seed.count)."
            )
        }
        let key = try OpenSSL.run { () throws(CryptographyError) in
            OpenSSLKey(
                adopting: try OpenSSL.require(
                    seed.withUnsafeBytes {
                        EVP_PKEY_new_raw_private_key(
                            EVP_PKEY_ED25519,
                            nil,
                            $0.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            $0.count
                        )
                    }
                )
            )
        }
        var rawBytes = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
        var length = rawBytes.count
        try OpenSSL.check(key.withPointer { EVP_PKEY_get_raw_public_key($0, &rawBytes, &length) })
        publicKey = try Ed25519PublicKey(rawBytes: rawBytes)
        self.seed = seed
        self.key = key
    }

    /// A new key.
    public static func generate() throws(CryptographyError) -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: SecureRandom.secret(seedBytes))
    }

    /// Signs a message; the 64 bytes are the same each time. Takes some 30 µs, so it runs where it is called.
    public func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try OpenSSL.run { () throws(CryptographyError) in
            let digest = try OpenSSL.require(EVP_MD_CTX_new())
            defer { EVP_MD_CTX_free(digest) }
            return try key.withPointer { key throws(CryptographyError) in
                try OpenSSL.check(EVP_DigestSignInit_ex(digest, nil, nil, nil, nil, key, nil))
                var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureBytes)
                var length = signature.count
                let result = EVP_DigestSign(digest, &signature, &length, message, message.count)
                try OpenSSL.check(result, "A message could not be signed.")
                return signature
            }
        }
    }
}

extension Ed25519PrivateKey: CustomStringConvertible, CustomReflectable {
    /// Never the private half.
    public var description: String { "<Ed25519 private key>" }

    /// Never the private half.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
