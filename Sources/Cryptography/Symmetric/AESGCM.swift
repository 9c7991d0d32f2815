// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// AES-256-GCM without associated data, with the tag after the ciphertext (bitfount-protocol.md, 8.3 and 8.4).
enum AESGCM {
    static let keyBytes = 32
    static let nonceBytes = 12
    static let tagBytes = 16
    /// OpenSSL counts in 32 signed bits.
    static let maximumBytes = Int(Int32.max) - tagBytes

    /// Appends ciphertext and tag.
    static func seal(
        _ plaintext: [UInt8],
        key: SecretBytes,
        nonce: [UInt8],
        appendingTo output: inout [UInt8]
    ) throws(CryptographyError) {
        guard plaintext.count <= maximumBytes else {
            throw CryptographyError(
                code: .messageTooLong,
                message: "A message of more than \(maximumBytes) bytes can't be encrypted."
            )
        }
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: plaintext.count + tagBytes))
        let isSealed = output.withUnsafeMutableBytes { output in
            let sealed = UnsafeMutableRawBufferPointer(rebasing: output[start...])
            return plaintext.withUnsafeBytes { plaintext in
                nonce.withUnsafeBytes { nonce in
                    key.withUnsafeBytes { seal(plaintext, key: $0, nonce: nonce, into: sealed) }
                }
            }
        }
        guard isSealed else { throw CryptographyError(code: .failed, message: "A message could not be encrypted.") }
    }

    /// The plaintext of ciphertext and tag. Nothing of it is handed out before the tag was found to be right.
    static func open(
        _ sealed: ArraySlice<UInt8>,
        key: SecretBytes,
        nonce: ArraySlice<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= tagBytes, sealed.count <= maximumBytes, nonce.count == nonceBytes else {
            throw .decryptionFailed
        }
        var plaintext = [UInt8](repeating: 0, count: sealed.count - tagBytes)
        let isOpen = plaintext.withUnsafeMutableBytes { plaintext in
            let isOpen = sealed.withUnsafeBytes { sealed in
                nonce.withUnsafeBytes { nonce in
                    key.withUnsafeBytes { open(sealed, key: $0, nonce: nonce, into: plaintext) }
                }
            }
            if !isOpen { OPENSSL_cleanse(plaintext.baseAddress, plaintext.count) }
            return isOpen
        }
        guard isOpen else { throw .decryptionFailed }
        return plaintext
    }

    private static func seal(
        _ plaintext: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        let tag = output.baseAddress.map { $0 + plaintext.count }
        var written: Int32 = 0
        return EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), bytes(key), bytes(nonce), nil) == 1
            && (plaintext.isEmpty
                || EVP_EncryptUpdate(context, bytes(output), &written, bytes(plaintext), Int32(plaintext.count)) == 1)
            && EVP_EncryptFinal_ex(context, tag?.assumingMemoryBound(to: UInt8.self), &written) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), tag) == 1
    }

    private static func open(
        _ sealed: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        // The call takes a pointer to mutable bytes but only reads them.
        let tag = UnsafeMutableRawPointer(mutating: sealed.baseAddress).map { $0 + output.count }
        var written: Int32 = 0
        var last: UInt8 = 0
        return EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), bytes(key), bytes(nonce), nil) == 1
            && (output.isEmpty
                || EVP_DecryptUpdate(context, bytes(output), &written, bytes(sealed), Int32(output.count)) == 1)
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), tag) == 1
            && EVP_DecryptFinal_ex(context, &last, &written) == 1
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    private static func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}

extension CryptographyError {
    /// The one answer to everything that does not decrypt, so that it can't be used to guess.
    static let decryptionFailed = CryptographyError(
        code: .decryptionFailed,
        message: "The message was not encrypted for this key, or was changed on the way."
    )
}
