// SPDX-License-Identifier: Apache-2.0

import Cryptography

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import TaskFlow

/// RFC 6962, section 2.1, word for word: slow, recursive, and sharing nothing with the code under test but SHA-256.
enum ReferenceTree {
    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return SHA256.hash([]) }
        guard leaves.count > 1 else { return SHA256.hash([0] + first) }
        let (left, right) = halves(leaves)
        return SHA256.hash([1] + root(left) + root(right))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let (left, right) = halves(leaves)
        return index < left.count
            ? path(index, left) + [root(right)] : path(index - left.count, right) + [root(left)]
    }

    static func proof(_ size: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        subproof(size, leaves, true)
    }

    private static func subproof(_ size: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool) -> [[UInt8]] {
        if size == leaves.count { return isWhole ? [] : [root(leaves)] }
        let (left, right) = halves(leaves)
        return size <= left.count
            ? subproof(size, left, isWhole) + [root(right)] : subproof(size - left.count, right, false) + [root(left)]
    }

    private static func halves(_ leaves: ArraySlice<[UInt8]>) -> (ArraySlice<[UInt8]>, ArraySlice<[UInt8]>) {
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return (leaves.prefix(split), leaves.dropFirst(split))
    }
}

/// A tree in memory: what a stored one reads from the database.
final class TreeInMemory: TreeHashSource {
    private(set) var tree = MerkleTree()
    private(set) var tiles: [MerkleTree.Tile] = []
    private var hasher = TreeHasher()

    init(_ leaves: some Sequence<[UInt8]>) {
        for leaf in leaves { append(leaf) }
    }

    func append(_ leaf: [UInt8]) {
        let hash = hasher.leaf(leaf)
        tree.append(hash, hasher: &hasher) { tiles.append($0) }
    }

    var root: TreeHash { tree.root(hasher: &hasher) }

    func hashes(level: Int, _ range: Range<Int64>) throws -> ArraySlice<TreeHash> {
        let width = MerkleTree.tileWidth
        let index = range.lowerBound / width
        let start = index * width
        let tile = tiles.first { $0.level == level && $0.index == index }?.hashes
        return (tile ?? tree.edges[level])[Int(range.lowerBound - start)..<Int(range.upperBound - start)]
    }
}

extension TreeHash {
    init(hex: String) {
        guard let bytes = Hex.decode(hex), let hash = TreeHash(bytes) else { preconditionFailure("no hash: \(hex)") }
        self = hash
    }
}
