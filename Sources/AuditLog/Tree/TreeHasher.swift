// SPDX-License-Identifier: Apache-2.0

import Cryptography

/// The two hashes that an RFC 6962 tree is made of (section 2.1).
///
/// Leaves and nodes begin with different bytes, so that a node can't be passed off as a leaf.
public struct TreeHasher: ~Copyable {
    private var sha256 = SHA256Hasher()

    /// A hasher; keep it to hash many things.
    public init() {}

    /// The hash of a leaf: SHA-256(0x00 ‖ bytes).
    public mutating func leaf(_ bytes: [UInt8]) -> TreeHash {
        bytes.withUnsafeBytes { leaf($0) }
    }

    /// The hash of a leaf: SHA-256(0x00 ‖ bytes).
    mutating func leaf(_ bytes: UnsafeRawBufferPointer) -> TreeHash {
        withUnsafeBytes(of: UInt8(0)) { sha256.update($0) }
        sha256.update(bytes)
        return TreeHash { sha256.finish(into: $0) }
    }

    /// The hash of a node: SHA-256(0x01 ‖ left ‖ right).
    public mutating func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeBytes(of: UInt8(1)) { sha256.update($0) }
        withUnsafeBytes(of: (left, right)) { sha256.update($0) }
        return TreeHash { sha256.finish(into: $0) }
    }

    /// The root over a power of two of hashes.
    mutating func root(ofComplete hashes: ArraySlice<TreeHash>) -> TreeHash? {
        var level = Array(hashes)
        while level.count > 1 {
            for index in 0..<level.count / 2 { level[index] = node(level[2 * index], level[2 * index + 1]) }
            level.removeLast(level.count / 2)
        }
        return level.first
    }

    /// Writes the hash of nothing.
    mutating func digest(into bytes: UnsafeMutableRawBufferPointer) {
        sha256.finish(into: bytes)
    }
}
