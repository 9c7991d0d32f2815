// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// Proofs that were tampered with.
@Suite struct ProofTests {
    let leaves = (0..<37).map { [UInt8($0)] }

    @Test func anInclusionProofHoldsForItsEntryAndNothingElse() throws {
        let tree = TreeInMemory(leaves)
        var nodes = TreeNodes(tree)
        var hasher = TreeHasher()
        for index in 0..<37 {
            let proof = try nodes.inclusionProof(index: Int64(index), size: 37)
            let leaf = hasher.leaf(leaves[index])
            #expect(proof.root(forLeaf: leaf) == tree.root)
            #expect(proof.root(forLeaf: hasher.leaf(leaves[(index + 1) % 37])) != tree.root)
            for changed in Self.changes(proof.hashes) {
                let forged = InclusionProof(index: proof.index, size: proof.size, hashes: changed)
                #expect(forged.root(forLeaf: leaf) != tree.root)
            }
            for other in [-1, 0, 36, 37, 38, Int64.max] where other != index {
                let forged = InclusionProof(index: other, size: 37, hashes: proof.hashes)
                #expect(forged.root(forLeaf: leaf) != tree.root)
            }
        }
    }

    @Test func aConsistencyProofHoldsForItsRootsAndNothingElse() throws {
        let tree = TreeInMemory(leaves)
        var nodes = TreeNodes(tree)
        let others = TreeInMemory(leaves.reversed())
        for old in 1..<37 {
            let oldRoot = try nodes.root(size: Int64(old))
            let proof = try nodes.consistencyProof(oldSize: Int64(old), newSize: 37)
            #expect(proof.isValid(oldRoot: oldRoot, newRoot: tree.root))
            #expect(!proof.isValid(oldRoot: others.root, newRoot: tree.root))
            #expect(!proof.isValid(oldRoot: oldRoot, newRoot: others.root))
            for changed in Self.changes(proof.hashes) {
                let forged = ConsistencyProof(oldSize: Int64(old), newSize: 37, hashes: changed)
                #expect(!forged.isValid(oldRoot: oldRoot, newRoot: tree.root))
            }
        }
    }

    @Test func theEdgesOfConsistency() {
        let (one, other) = (TreeHash(hex: MerkleTreeTests.roots[1]), TreeHash(hex: MerkleTreeTests.roots[2]))
        #expect(ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).isValid(oldRoot: one, newRoot: one))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).isValid(oldRoot: one, newRoot: other))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: [one]).isValid(oldRoot: one, newRoot: one))
        #expect(ConsistencyProof(oldSize: 0, newSize: 5, hashes: []).isValid(oldRoot: .emptyTree, newRoot: one))
        #expect(!ConsistencyProof(oldSize: 0, newSize: 5, hashes: []).isValid(oldRoot: one, newRoot: one))
        #expect(!ConsistencyProof(oldSize: 6, newSize: 5, hashes: []).isValid(oldRoot: one, newRoot: one))
        #expect(!ConsistencyProof(oldSize: -1, newSize: 5, hashes: []).isValid(oldRoot: one, newRoot: one))
        #expect(!ConsistencyProof(oldSize: 1, newSize: 2, hashes: []).isValid(oldRoot: one, newRoot: one))
    }

    @Test func onlyTheCanonicalBase64IsAHash() {
        let hash = TreeHash(hex: MerkleTreeTests.roots[3])
        #expect(TreeHash(base64: hash.base64) == hash)
        for text in ["", String(hash.base64.dropLast()), hash.base64 + "=", hash.base64 + "\n", "A" + hash.base64] {
            #expect(TreeHash(base64: text) == nil)
        }
        // The last character before the padding has unused bits.
        #expect(TreeHash(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=") == nil)
        #expect(TreeHash([UInt8](repeating: 0, count: 31)) == nil)
        #expect(TreeHash([UInt8](repeating: 0, count: 33)) == nil)
    }

    private static func changes(_ hashes: [TreeHash]) -> [[TreeHash]] {
        var changes = [hashes + [hashes.first ?? .emptyTree]]
        for index in hashes.indices {
            var bytes = hashes[index].bytes
            bytes[index % 32] ^= 1
            var flipped = hashes
            flipped[index] = TreeHash(bytes) ?? .emptyTree
            changes.append(flipped)
            var shorter = hashes
            shorter.remove(at: index)
            changes.append(shorter)
            if index > 0 {
                var swapped = hashes
                swapped.swapAt(index, index - 1)
                changes.append(swapped)
            }
        }
        return changes
    }
}
