// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The public half of a P-256 key.
public final class P256PublicKey: Sendable {
    /// SubjectPublicKeyInfo in DER, with the named curve and the uncompressed point: the same for every text of the same key.
    public let der: [UInt8]
    /// SubjectPublicKeyInfo in PEM, in lines of 64 characters.
    public let pem: String

    /// Reads a key from SubjectPublicKeyInfo in PEM, however its lines are broken.
    ///
    /// - Throws: ``CryptographyError`` with the code `invalidKey` or `unsupportedKey`.
    public convenience init(_ pem: String) throws(CryptographyError) {
        guard pem.utf8.count <= P256KeyPair.maximumTextBytes else {
            throw CryptographyError(code: .invalidKey, message: "The text is too long for a public key.")
        }
        let text = SecretBytes(pem.utf8)
        try self.init(
            text.withUnsafeBytes { text throws(CryptographyError) in
                try PEMText.readKey(text, type: "EC", labels: ["PUBLIC KEY"], selection: opensslPublicKey)
            }
        )
    }

    /// The public half of any P-256 key that may still be changed.
    init(_ key: OpenSSLKey) throws(CryptographyError) {
        try OpenSSL.run { () throws(CryptographyError) in
            try key.withPointer { key throws(CryptographyError) in
                var isExplicit: Int32 = 0
                EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit)
                var name = [CChar](repeating: 0, count: 64)
                guard
                    isExplicit == 0, EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1,
                    OBJ_sn2nid(name) == NID_X9_62_prime256v1
                else {
                    throw CryptographyError(code: .unsupportedKey, message: "The key is not on the curve P-256.")
                }
                try OpenSSL.check(
                    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed")
                )
                let context = try OpenSSL.require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
                defer { EVP_PKEY_CTX_free(context) }
                guard EVP_PKEY_public_check(context) == 1 else {
                    throw CryptographyError(
                        code: .invalidKey,
                        message: "The key is not a point of the curve P-256.",
                        underlying: OpenSSLError.first
                    )
                }
            }
        }
        der = try key.publicDER()
        pem = try key.publicPEM()
    }
}

extension P256PublicKey: Equatable {
    /// Whether both are the same key, whatever text they came from.
    public static func == (left: P256PublicKey, right: P256PublicKey) -> Bool {
        left.der == right.der
    }
}
