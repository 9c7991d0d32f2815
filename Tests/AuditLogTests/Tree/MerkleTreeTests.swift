// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct MerkleTreeTests {
    /// The inputs and results that the implementations of Certificate Transparency are tested with.
    static let leaves: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], Array(0x40...0x43), Array(0x50...0x57), Array(0x60...0x6F),
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func theKnownRoots() throws {
        for size in 0...8 {
            let tree = TreeInMemory(Self.leaves.prefix(size))
            #expect(tree.root == TreeHash(hex: Self.roots[size]))
            var nodes = TreeNodes(tree)
            let root = try nodes.root(size: Int64(size))
            #expect(root == tree.root)
        }
    }

    @Test(
        arguments: [
            (0, 1, []),
            (
                0, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5, 8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
            (
                1, 5,
                [
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int64, Int64, [String])]
    )
    func theKnownInclusionProofs(_ index: Int64, _ size: Int64, _ hashes: [String]) throws {
        var nodes = TreeNodes(TreeInMemory(Self.leaves))
        let proof = try nodes.inclusionProof(index: index, size: size)
        #expect(proof.hashes == hashes.map { TreeHash(hex: $0) })
        var hasher = TreeHasher()
        let leaf = hasher.leaf(Self.leaves[Int(index)])
        #expect(proof.root(forLeaf: leaf) == TreeHash(hex: Self.roots[Int(size)]))
    }

    @Test(
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (
                2, 5,
                [
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int64, Int64, [String])]
    )
    func theKnownConsistencyProofs(_ oldSize: Int64, _ newSize: Int64, _ hashes: [String]) throws {
        var nodes = TreeNodes(TreeInMemory(Self.leaves))
        let proof = try nodes.consistencyProof(oldSize: oldSize, newSize: newSize)
        #expect(proof.hashes == hashes.map { TreeHash(hex: $0) })
        let (old, new) = (TreeHash(hex: Self.roots[Int(oldSize)]), TreeHash(hex: Self.roots[Int(newSize)]))
        #expect(proof.isValid(oldRoot: old, newRoot: new))
    }

    @Test func everySmallTreeAgreesWithTheDefinition() throws {
        let leaves = (0..<40).map { [UInt8($0)] }
        for size in 1...40 {
            let tree = TreeInMemory(leaves.prefix(size))
            var nodes = TreeNodes(tree)
            #expect(tree.root.bytes == ReferenceTree.root(leaves.prefix(size)))
            for index in 0..<size {
                let proof = try nodes.inclusionProof(index: Int64(index), size: Int64(size))
                #expect(proof.hashes.map(\.bytes) == ReferenceTree.path(index, leaves.prefix(size)))
            }
            for old in 1...size {
                let proof = try nodes.consistencyProof(oldSize: Int64(old), newSize: Int64(size))
                #expect(proof.hashes.map(\.bytes) == ReferenceTree.proof(old, leaves.prefix(size)))
            }
        }
    }

    @Test func tilesAndEdgesAgreeWithTheDefinitionAroundTheirBoundaries() throws {
        let leaves = (0..<66_000).map { withUnsafeBytes(of: $0) { [UInt8]($0) } }
        let tree = TreeInMemory(leaves)
        #expect(tree.tiles.filter { $0.level == 0 }.count == 257)
        #expect(tree.tiles.filter { $0.level == 1 }.count == 1)
        #expect(tree.tree.edges.map(\.count) == [66_000 % 256, 1, 1])
        var nodes = TreeNodes(tree)
        for size in [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 66_000] {
            let expected = ReferenceTree.root(leaves.prefix(size))
            let root = try nodes.root(size: Int64(size))
            #expect(root.bytes == expected, "\(size)")
            var hasher = TreeHasher()
            let edge = try nodes.tree(size: Int64(size))
            #expect(edge.root(hasher: &hasher).bytes == expected, "\(size)")
            for index in [0, 1, 254, 255, 256, 65_279, 65_535, 65_536, 65_999] where index < size {
                let proof = try nodes.inclusionProof(index: Int64(index), size: Int64(size))
                #expect(proof.root(forLeaf: hasher.leaf(leaves[index])) == root)
            }
            for old in [1, 255, 256, 300, 65_536, 65_999] where old <= size {
                let proof = try nodes.consistencyProof(oldSize: Int64(old), newSize: Int64(size))
                let oldRoot = try nodes.root(size: Int64(old))
                #expect(proof.isValid(oldRoot: oldRoot, newRoot: root), "\(old) to \(size)")
            }
        }
    }

    @Test func aTreeReadBackGrowsLikeTheOneThatWasKept() throws {
        let leaves = (0..<1_200).map { withUnsafeBytes(of: $0) { [UInt8]($0) } }
        for size in [0, 1, 2, 255, 256, 257, 700] {
            let kept = TreeInMemory(leaves.prefix(size))
            var nodes = TreeNodes(kept)
            var hasher = TreeHasher()
            var read = try nodes.tree(size: Int64(size))
            for leaf in leaves[size...] {
                kept.append(leaf)
                let hash = hasher.leaf(leaf)
                read.append(hash, hasher: &hasher) { #expect(kept.tiles.contains($0)) }
            }
            #expect(read.root(hasher: &hasher) == kept.root)
            #expect(read.edges == kept.tree.edges)
        }
    }
}
