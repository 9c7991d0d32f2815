// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The parameters of RSA operations that all SDKs use (bitfount-protocol.md, 8.3).
enum RSAPadding {
    /// PSS signatures have a salt of exactly 20 bytes, although the hash has 32.
    static let saltBytes: Int32 = 20
    /// What OAEP with SHA-256 takes away from the modulus.
    static let oaepOverhead = 2 * SHA256.byteCount + 2

    /// OAEP with SHA-256 and MGF1-SHA-256, no label.
    static func setOAEP(_ context: OpaquePointer) throws(CryptographyError) {
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING))
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()))
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()))
    }

    /// PSS with SHA-256, MGF1-SHA-256 and a salt of 20 bytes.
    static func setPSS(_ context: OpaquePointer) throws(CryptographyError) {
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING))
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()))
        try OpenSSL.check(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, saltBytes))
    }
}
