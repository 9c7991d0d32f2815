import COpenSSL

/// Digests bytes that come in pieces, and can be used again for the next digest without a new allocation.
public struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer?

    /// A hasher that has seen nothing.
    public init() {
        context = EVP_MD_CTX_new()
        check(EVP_DigestInit_ex2(context, DigestAlgorithm.sha256.pointer, nil))
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
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
        check(EVP_DigestFinal_ex(context, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil))
        // Without an algorithm: the one that it has.
        check(EVP_DigestInit_ex2(context, nil, nil))
    }

    private func check(_ result: Int32) {
        // It has no way to fail other than want of memory, at which Swift itself stops too.
        precondition(result == 1, "Out of memory")
    }
}
