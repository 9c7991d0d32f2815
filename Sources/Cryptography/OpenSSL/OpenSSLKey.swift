// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Owns an `EVP_PKEY`.
///
/// `@unchecked Sendable`: the key is never changed after it was made, and OpenSSL allows any number of threads to
/// read one at the same time; its caches and the blinding of RSA have locks of their own.
final class OpenSSLKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes over the reference.
    init(adopting pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// Lends the pointer, which must not be used afterwards.
    func withPointer<Output, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        defer { withExtendedLifetime(self) {} }
        return try body(pointer)
    }

    /// Lends a fresh context for one operation with the key.
    func withContext<Output>(
        _ body: (OpaquePointer) throws(CryptographyError) -> Output
    ) throws(CryptographyError) -> Output {
        try withPointer { key throws(CryptographyError) in
            let context = try OpenSSL.require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
            defer { EVP_PKEY_CTX_free(context) }
            return try body(context)
        }
    }

    /// A new key of a type such as `RSA` or `EC`, with the parameters that `configure` sets.
    static func generate(
        _ type: StaticString,
        configure: (OpaquePointer) -> Int32
    ) throws(CryptographyError) -> OpenSSLKey {
        try OpenSSL.run { () throws(CryptographyError) in
            let context = try OpenSSL.require(EVP_PKEY_CTX_new_from_name(nil, type.cString, nil))
            defer { EVP_PKEY_CTX_free(context) }
            try OpenSSL.check(EVP_PKEY_keygen_init(context))
            try OpenSSL.check(configure(context))
            var key: OpaquePointer?
            try OpenSSL.check(EVP_PKEY_generate(context, &key), "A key could not be generated.")
            return OpenSSLKey(adopting: try OpenSSL.require(key))
        }
    }

    /// The public half as SubjectPublicKeyInfo in PEM.
    func publicPEM() throws(CryptographyError) -> String {
        let text = try OpenSSL.run { () throws(CryptographyError) in
            try OpenSSL.collect { buffer in withPointer { PEM_write_bio_PUBKEY(buffer, $0) } }
        }
        return String(decoding: text.reveal(), as: UTF8.self)
    }

    /// The public half as SubjectPublicKeyInfo in DER.
    func publicDER() throws(CryptographyError) -> [UInt8] {
        try OpenSSL.run { () throws(CryptographyError) in
            try OpenSSL.collect { buffer in withPointer { i2d_PUBKEY_bio(buffer, $0) } }
        }.reveal()
    }

    /// The private half as unencrypted PKCS#8 in PEM.
    func privatePEM() throws(CryptographyError) -> SecretBytes {
        try OpenSSL.run { () throws(CryptographyError) in
            try OpenSSL.collect { buffer in
                withPointer { PEM_write_bio_PKCS8PrivateKey(buffer, $0, nil, nil, 0, nil, nil) }
            }
        }
    }
}
