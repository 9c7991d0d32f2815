// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Digests bytes that come in pieces, and can be used again for the next digest. Needs no memory of its own.
public struct SHA256Hasher: ~Copyable {
    private var context = SHA256_CTX()

    /// A hasher that has seen nothing.
    public init() {
        opensslSHA256Init(&context)
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        opensslSHA256Update(&context, bytes.baseAddress, bytes.count)
    }

    /// The digest of everything fed since the start or the last digest; begins anew.
    public mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { digest, count in
            finish(into: UnsafeMutableRawBufferPointer(digest))
            count = SHA256.byteCount
        }
    }

    /// Writes the digest of everything fed since the start or the last digest into 32 bytes; begins anew.
    public mutating func finish(into digest: UnsafeMutableRawBufferPointer) {
        precondition(digest.count >= SHA256.byteCount, "A digest has 32 bytes")
        opensslSHA256Final(digest.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
        opensslSHA256Init(&context)
    }
}
