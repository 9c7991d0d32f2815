// SPDX-License-Identifier: Apache-2.0

/// Shows that a log of one size is the beginning of the same log at a later size (RFC 6962, section 2.1.2).
public struct ConsistencyProof: Sendable, Hashable {
    /// The earlier size.
    public let oldSize: Int64
    /// The later size.
    public let newSize: Int64
    /// The hashes, in the order of the RFC.
    public let hashes: [TreeHash]

    /// Creates a proof from its parts; what it is worth shows ``isValid(oldRoot:newRoot:)``.
    public init(oldSize: Int64, newSize: Int64, hashes: [TreeHash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Whether the log with `oldRoot` is the beginning of the one with `newRoot`.
    public func isValid(oldRoot: TreeHash, newRoot: TreeHash) -> Bool {
        guard oldSize >= 0, oldSize <= newSize else { return false }
        if oldSize == newSize { return hashes.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return hashes.isEmpty && oldRoot == .emptyTree }
        var hasher = TreeHasher()
        var rest = hashes[...]
        var (path, last) = (oldSize - 1, newSize - 1)
        while path & 1 == 1 {
            path >>= 1
            last >>= 1
        }
        // An old tree that is one complete subtree is its own starting point and isn't repeated in the proof.
        guard let start = path == 0 ? oldRoot : rest.popFirst() else { return false }
        var (oldNode, newNode) = (start, start)
        for hash in rest {
            guard last > 0 else { return false }
            if path & 1 == 1 || path == last {
                oldNode = hasher.node(hash, oldNode)
                newNode = hasher.node(hash, newNode)
                while path & 1 == 0, path != 0 {
                    path >>= 1
                    last >>= 1
                }
            } else {
                newNode = hasher.node(newNode, hash)
            }
            path >>= 1
            last >>= 1
        }
        return last == 0 && oldNode == oldRoot && newNode == newRoot
    }
}
