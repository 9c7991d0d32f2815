// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A key that verifies Ed25519 signatures (RFC 8032).
public final class Ed25519PublicKey: Sendable {
    /// How long a key is, in bytes.
    public static let byteCount = 32
    /// How long a signature is, in bytes.
    public static let signatureBytes = 64

    /// The key's 32 bytes.
    public let rawBytes: [UInt8]

    private let key: OpenSSLKey

    /// A key of exactly 32 bytes.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidLength`.
    public init(rawBytes: [UInt8]) throws(CryptographyError) {
        guard rawBytes.count == Self.byteCount else {
            throw CryptographyError(
                code: .invalidLength,
                message: "An Ed25519 public key has \(Self.byteCount) bytes, not \(rawBytes.count)."
            )
        }
        self.rawBytes = rawBytes
        key = try OpenSSL.run { () throws(CryptographyError) in
            OpenSSLKey(
                adopting: try OpenSSL.require(
                    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, rawBytes, rawBytes.count)
                )
            )
        }
    }

    /// Whether the signature is the key holder's over the message.
    public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureBytes else { return false }
        do {
            return try OpenSSL.run { () throws(CryptographyError) in
                let digest = try OpenSSL.require(EVP_MD_CTX_new())
                defer { EVP_MD_CTX_free(digest) }
                return try key.withPointer { key throws(CryptographyError) in
                    try OpenSSL.check(EVP_DigestVerifyInit_ex(digest, nil, nil, nil, nil, key, nil))
                    return EVP_DigestVerify(digest, signature, signature.count, message, message.count) == 1
                }
            }
        } catch {
            return false
        }
    }
}

extension Ed25519PublicKey: Hashable {
    /// Whether both have the same bytes.
    public static func == (left: Ed25519PublicKey, right: Ed25519PublicKey) -> Bool {
        left.rawBytes == right.rawBytes
    }

    /// Feeds the bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawBytes)
    }
}
