// SPDX-License-Identifier: Apache-2.0

/// Shows that an entry is in a log of a certain size, with the hashes beside its way to the root (RFC 6962,
/// section 2.1.1).
public struct InclusionProof: Sendable, Hashable {
    /// The entry's sequence number.
    public let index: Int64
    /// How many entries the log had.
    public let size: Int64
    /// The hashes beside the way, from the leaf's sibling up to the root's child.
    public let hashes: [TreeHash]

    /// Creates a proof from its parts; what it is worth shows ``root(forLeaf:)``.
    public init(index: Int64, size: Int64, hashes: [TreeHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// The root that follows from the leaf and the proof; nil if the proof has not the form that index and size demand.
    ///
    /// The proof holds if this is the root that a trusted checkpoint names.
    public func root(forLeaf leaf: TreeHash) -> TreeHash? {
        guard index >= 0, index < size else { return nil }
        var hasher = TreeHasher()
        var node = leaf
        var (path, last) = (index, size - 1)
        for sibling in hashes {
            guard last > 0 else { return nil }
            if path & 1 == 1 || path == last {
                node = hasher.node(sibling, node)
                // A node at the right edge without a sibling is carried up unchanged.
                while path & 1 == 0, path != 0 {
                    path >>= 1
                    last >>= 1
                }
            } else {
                node = hasher.node(node, sibling)
            }
            path >>= 1
            last >>= 1
        }
        return last == 0 ? node : nil
    }
}
