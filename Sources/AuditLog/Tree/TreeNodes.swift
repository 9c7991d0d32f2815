// SPDX-License-Identifier: Apache-2.0

import StateStore

/// Where the hashes of a stored tree come from.
protocol TreeHashSource {
    /// Hashes of one level, see ``MerkleTree``; `range` lies within one tile and within the tree.
    func hashes(level: Int, _ range: Range<Int64>) throws -> ArraySlice<TreeHash>
}

/// Finds nodes, roots and proofs in a stored tree, for any size that it ever had.
struct TreeNodes<Source: TreeHashSource>: ~Copyable {
    private let source: Source
    private var hasher = TreeHasher()

    init(_ source: Source) {
        self.source = source
    }

    /// The root that the tree had with `size` leaves.
    mutating func root(size: Int64) throws -> TreeHash {
        size == 0 ? .emptyTree : try hash(of: 0..<size)
    }

    /// The tree's growing edge when it had `size` leaves.
    mutating func tree(size: Int64) throws -> MerkleTree {
        var edges: [[TreeHash]] = []
        var width = size
        repeat {
            let rest = width % MerkleTree.tileWidth
            edges.append(rest == 0 ? [] : Array(try source.hashes(level: edges.count, width - rest..<width)))
            width /= MerkleTree.tileWidth
        } while width > 0
        return MerkleTree(size: size, edges: edges, hasher: &hasher)
    }

    /// The proof that the entry `index` is in the log of `size` entries.
    mutating func inclusionProof(index: Int64, size: Int64) throws -> InclusionProof {
        var hashes: [TreeHash] = []
        var subtree = 0..<size
        while subtree.count > 1 {
            let (left, right) = TreeShape.halves(of: subtree)
            let (within, beside) = left.contains(index) ? (left, right) : (right, left)
            hashes.append(try hash(of: beside))
            subtree = within
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// The proof that the entries `range` are in the log of `size` entries.
    mutating func rangeProof(_ range: Range<Int64>, size: Int64) throws -> RangeProof {
        var hashes: [TreeHash] = []
        var pending = [0..<size]
        while let subtree = pending.popLast() {
            if !subtree.overlaps(range) {
                hashes.append(try hash(of: subtree))
            } else if subtree.lowerBound < range.lowerBound || subtree.upperBound > range.upperBound {
                let (left, right) = TreeShape.halves(of: subtree)
                pending += [right, left]
            }
        }
        return RangeProof(range: range, size: size, hashes: hashes)
    }

    /// The proof that the log of `oldSize` entries is the beginning of the one of `newSize`.
    mutating func consistencyProof(oldSize: Int64, newSize: Int64) throws -> ConsistencyProof {
        guard oldSize > 0, oldSize < newSize else {
            return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: [])
        }
        var hashes: [TreeHash] = []
        var subtree = 0..<newSize
        // Descends to where the old tree ends; on the way, what lies beside is what the verifier needs.
        while oldSize < subtree.upperBound {
            let (left, right) = TreeShape.halves(of: subtree)
            let (within, beside) = oldSize <= left.upperBound ? (left, right) : (right, left)
            hashes.append(try hash(of: beside))
            subtree = within
        }
        if subtree.lowerBound > 0 { hashes.append(try hash(of: subtree)) }
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes.reversed())
    }

    /// The root over a subtree's leaves.
    private mutating func hash(of subtree: Range<Int64>) throws -> TreeHash {
        let count = subtree.upperBound - subtree.lowerBound
        let height = count.trailingZeroBitCount
        if count == 1 << height { return try node(height: height, index: subtree.lowerBound >> height) }
        let (left, right) = TreeShape.halves(of: subtree)
        let (leftHash, rightHash) = (try hash(of: left), try hash(of: right))
        return hasher.node(leftHash, rightHash)
    }

    /// The root of a complete subtree.
    private mutating func node(height: Int, index: Int64) throws -> TreeHash {
        let (level, above) = height.quotientAndRemainder(dividingBy: MerkleTree.tileHeight)
        let hashes = try source.hashes(level: level, index << above..<(index + 1) << above)
        guard let root = hasher.root(ofComplete: hashes) else {
            throw StoreError(.damaged, "The audit log's tree lacks hashes of level \(level).")
        }
        return root
    }
}
