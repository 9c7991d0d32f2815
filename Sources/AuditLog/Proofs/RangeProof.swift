// SPDX-License-Identifier: Apache-2.0

/// Shows that entries in a row are in a log of a certain size: the roots of the largest subtrees beside them, from left
/// to right. Much shorter than a proof for each entry.
public struct RangeProof: Sendable, Hashable {
    /// The entries.
    public let range: Range<Int64>
    /// How many entries the log had.
    public let size: Int64
    /// The roots of the subtrees beside the range, from left to right.
    public let hashes: [TreeHash]

    /// Creates a proof from its parts; what it is worth shows ``root(leaves:)``.
    public init(range: Range<Int64>, size: Int64, hashes: [TreeHash]) {
        self.range = range
        self.size = size
        self.hashes = hashes
    }

    /// The root that follows from the entries' leaf hashes and the proof; nil if there are too many or too few of either.
    public func root(leaves: some Sequence<TreeHash>) -> TreeHash? {
        guard range.lowerBound >= 0, range.upperBound <= size, size > 0 else { return nil }
        var leaves = leaves.makeIterator()
        var hashes = hashes.makeIterator()
        var hasher = TreeHasher()
        func root(of subtree: Range<Int64>) -> TreeHash? {
            if !subtree.overlaps(range) { return hashes.next() }
            if subtree.count == 1 { return leaves.next() }
            let (left, right) = TreeShape.halves(of: subtree)
            guard let leftRoot = root(of: left), let rightRoot = root(of: right) else { return nil }
            return hasher.node(leftRoot, rightRoot)
        }
        let result = root(of: 0..<size)
        return leaves.next() == nil && hashes.next() == nil ? result : nil
    }
}
