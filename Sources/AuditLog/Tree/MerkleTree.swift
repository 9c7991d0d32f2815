// SPDX-License-Identifier: Apache-2.0

/// The growing edge of an RFC 6962 tree: enough of it to append leaves, to know the root, and to cut off full tiles.
///
/// A tile is 256 hashes of one level; the hashes of level `n` are the roots of the tiles of level `n - 1`, and those of
/// level 0 are the leaves. Only full tiles are stored; what follows the last full one of each level is kept here.
struct MerkleTree: Sendable {
    /// How many hashes make a tile.
    static let tileWidth: Int64 = 256
    /// How many levels of the tree a tile spans: two to the power of it is the width.
    static let tileHeight = 8

    /// 256 hashes of one level, complete.
    struct Tile: Sendable, Hashable {
        let level: Int
        let index: Int64
        let root: TreeHash
        let hashes: [TreeHash]
    }

    /// How many leaves it has.
    private(set) var size: Int64 = 0
    /// The roots of the complete subtrees that the leaves divide into, the largest first: one for each bit of `size`.
    private var subtrees: [TreeHash] = []
    /// For each level, the hashes after its last full tile; fewer than 256.
    private(set) var edges: [[TreeHash]] = [[]]

    /// The empty tree.
    init() {}

    /// A tree of which the edges are known: what stood in `edges` when it had this size.
    init(size: Int64, edges: [[TreeHash]], hasher: inout TreeHasher) {
        self.size = size
        self.edges = edges
        for edge in edges.reversed() {
            var rest = edge[...]
            while !rest.isEmpty {
                // The largest power of two that is left.
                let width = 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount)
                if let root = hasher.root(ofComplete: rest.prefix(width)) { subtrees.append(root) }
                rest = rest.dropFirst(width)
            }
        }
    }

    /// Adds a leaf, and hands out the tiles that it completes, the lowest first.
    mutating func append(_ leaf: TreeHash, hasher: inout TreeHasher, completed: (Tile) throws -> Void) rethrows {
        var node = leaf
        var height = 0
        edges[0].append(leaf)
        // Like the carry of an addition: each bit that is set is a subtree to join with.
        while size >> height & 1 == 1 {
            node = hasher.node(subtrees.removeLast(), node)
            height += 1
            guard height.isMultiple(of: Self.tileHeight) else { continue }
            let level = height / Self.tileHeight - 1
            try completed(Tile(level: level, index: size >> height, root: node, hashes: edges[level]))
            edges[level].removeAll(keepingCapacity: true)
            if edges.count == level + 1 { edges.append([]) }
            edges[level + 1].append(node)
        }
        subtrees.append(node)
        size += 1
    }

    /// The root over all leaves.
    func root(hasher: inout TreeHasher) -> TreeHash {
        guard var root = subtrees.last else { return .emptyTree }
        for subtree in subtrees.dropLast().reversed() { root = hasher.node(subtree, root) }
        return root
    }
}

/// How the leaves of an RFC 6962 tree divide into subtrees.
enum TreeShape {
    /// The two subtrees under the root of at least two leaves: the left one is the largest power of two that leaves
    /// something for the right one.
    static func halves(of leaves: Range<Int64>) -> (Range<Int64>, Range<Int64>) {
        let count = leaves.upperBound - leaves.lowerBound
        let middle = leaves.lowerBound + (1 << (Int64.bitWidth - 1 - (count - 1).leadingZeroBitCount))
        return (leaves.lowerBound..<middle, middle..<leaves.upperBound)
    }
}
