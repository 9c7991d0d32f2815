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
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + Self.split(range.upperBound - range.lowerBound)
            if index < middle {
                hashes.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                hashes.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// The proof that the log of `oldSize` entries is the beginning of the one of `newSize`.
    mutating func consistencyProof(oldSize: Int64, newSize: Int64) throws -> ConsistencyProof {
        guard oldSize > 0, oldSize < newSize else {
            return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: [])
        }
        var hashes: [TreeHash] = []
        var range = 0..<newSize
        // Descends to where the old tree ends; on the way, what lies beside is what the verifier needs.
        while oldSize < range.upperBound {
            let middle = range.lowerBound + Self.split(range.upperBound - range.lowerBound)
            if oldSize <= middle {
                hashes.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                hashes.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        if range.lowerBound > 0 { hashes.append(try hash(of: range)) }
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes.reversed())
    }

    /// The hash over leaves `range`, whose start must be a multiple of a power of two that is no less than its length.
    private mutating func hash(of range: Range<Int64>) throws -> TreeHash {
        let count = range.upperBound - range.lowerBound
        let height = count.trailingZeroBitCount
        if count == 1 << height { return try node(height: height, index: range.lowerBound >> height) }
        let middle = range.lowerBound + Self.split(count)
        let left = try hash(of: range.lowerBound..<middle)
        let right = try hash(of: middle..<range.upperBound)
        return hasher.node(left, right)
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

    /// The largest power of two below `count`, which is at least 2.
    private static func split(_ count: Int64) -> Int64 {
        1 << (Int64.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
