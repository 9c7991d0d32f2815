// SPDX-License-Identifier: Apache-2.0

import COpenSSL
public import Foundation

/// The SHA-256 digest of bytes that are at hand. For pieces, and for very many digests, see ``SHA256Hasher``.
public enum SHA256 {
    /// How long a digest is, in bytes.
    public static let byteCount = 32

    /// The digest.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest.
    public static func hash(_ data: Data) -> [UInt8] {
        data.withUnsafeBytes { hash($0) }
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            let result = EVP_Digest(
                bytes.baseAddress,
                bytes.count,
                digest.baseAddress,
                nil,
                DigestAlgorithm.sha256.pointer,
                nil
            )
            // It has no way to fail other than want of memory, at which Swift itself stops too.
            precondition(result == 1, "Out of memory")
            count = byteCount
        }
    }
}

/// A digest algorithm, looked up once: looking it up takes longer than hashing a short message.
///
/// `@unchecked Sendable`: OpenSSL never changes a fetched algorithm.
struct DigestAlgorithm: @unchecked Sendable {
    let pointer: OpaquePointer?

    static let sha256 = DigestAlgorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
}
