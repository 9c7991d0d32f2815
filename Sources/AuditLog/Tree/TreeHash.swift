// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A hash in the Merkle tree: the 32 bytes of a SHA-256.
public struct TreeHash: Sendable, Hashable {
    // Four words instead of an array: trees hold and compare very many of them.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    /// How long a hash is, in bytes.
    public static let byteCount = 32

    /// The root of the empty tree: SHA-256 of nothing (RFC 6962, section 2.1).
    public static let emptyTree = TreeHash { hash in
        var hasher = TreeHasher()
        hasher.digest(into: hash)
    }

    /// The hash with these bytes; nil unless there are 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init { $0.copyBytes(from: bytes) }
    }

    /// The hash whose standard base64 form this is; nil for anything else.
    public init?(base64 text: some StringProtocol) {
        // Foundation takes forms that differ in unused bits; the text must be the one that we would write.
        guard let data = Data(base64Encoded: String(text)), let hash = TreeHash(data), hash.base64 == text else {
            return nil
        }
        self = hash
    }

    /// A hash that `fill` writes all 32 bytes of.
    init(_ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        withUnsafeMutableBytes(of: &self, fill)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The standard base64 form, 44 characters.
    public var base64: String { withUnsafeBytes { Data($0).base64EncodedString() } }

    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try Swift.withUnsafeBytes(of: self, body)
    }
}

extension TreeHash: CustomStringConvertible {
    /// The standard base64 form.
    public var description: String { base64 }
}

extension [TreeHash] {
    /// The bytes of all of them, one after the other.
    var joinedBytes: [UInt8] {
        withUnsafeBytes { Array<UInt8>($0) }
    }

    /// The hashes that these bytes are made of; nil if they are no whole number of hashes.
    init?(joinedBytes bytes: UnsafeRawBufferPointer) {
        guard bytes.count.isMultiple(of: TreeHash.byteCount) else { return nil }
        self = stride(from: 0, to: bytes.count, by: TreeHash.byteCount).map { start in
            TreeHash {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + TreeHash.byteCount]))
            }
        }
    }
}
