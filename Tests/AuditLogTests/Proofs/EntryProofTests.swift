// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct EntryProofTests {
    @Test func eachEntryIsProvedAndNoOtherLine() async throws {
        let log = try await SampleLog(entries: 600)
        let reader = try AgentStore.reader(log.path)
        let key = try #require(try await reader.keys().last?.key)
        let stranger = try NoteSigner.generate(name: key.name).verifierKey
        var last: EntryProof?
        for sequence in [0, 1, 2, 100, 255, 256, 511, 512, 599] as [Int64] {
            let (line, proof) = try await reader.prove(sequence)
            #expect(proof.holds(for: line, key: key))
            #expect(!proof.holds(for: line + [0x0A], key: key))
            #expect(!proof.holds(for: line, key: stranger))
            #expect(try EntryProof(proof.bytes) == proof)
            if let last { #expect(!last.holds(for: line, key: key)) }
            last = proof
        }
        await #expect(throws: StoreError(.unknownRow, "")) { try await reader.prove(1_000_000) }
        await #expect(throws: StoreError(.unknownRow, "")) { try await reader.prove(-1) }
        try reader.close()
    }

    @Test func anEntryWithoutACheckpointIsNotProvedYet() async throws {
        let log = try await SampleLog(entries: 20)
        let store = try AgentStore(path: log.path)
        let recorded = try await store.append(AuditEntry(.agentStop))
        let reader = try AgentStore.reader(log.path)
        await #expect(throws: StoreError(.unknownRow, "")) { try await reader.prove(recorded.sequence) }
        try reader.close()
        try await store.close()
    }

    @Test func growthIsProvedBetweenAnyTwoCheckpoints() async throws {
        let log = try await SampleLog(entries: 600)
        let reader = try AgentStore.reader(log.path)
        let sizes = try await reader.read("test") {
            try Int64.fetchAll($0, sql: "SELECT size FROM checkpoint ORDER BY size")
        }
        for old in sizes {
            let oldCheckpoint = try #require(try await reader.checkpoint(size: old)).checkpoint
            for new in sizes where new >= old {
                let proof = try await reader.proveGrowth(from: old, to: new)
                #expect(proof.holds(for: oldCheckpoint))
                #expect(try GrowthProof(proof.bytes) == proof)
                let other = Checkpoint(origin: oldCheckpoint.origin, size: old, root: .emptyTree)
                #expect(!proof.holds(for: other))
            }
        }
        await #expect(throws: StoreError(.unknownRow, "")) { try await reader.proveGrowth(from: 1_000_000) }
        await #expect(throws: StoreError(.unknownRow, "")) { try await reader.proveGrowth(from: 1, to: 2) }
        try reader.close()
    }

    @Test func theFormIsTheOneOfTheSpecification() async throws {
        let log = try await SampleLog(entries: 600)
        let reader = try AgentStore.reader(log.path)
        let (_, proof) = try await reader.prove(7)
        let text = String(decoding: proof.bytes, as: UTF8.self)
        #expect(text.hasPrefix("c2sp.org/tlog-proof@v1\nindex 7\n"))
        let (head, note) = (text.split(separator: "\n\n")[0], try #require(text.range(of: "\n\n")).upperBound)
        #expect(head.split(separator: "\n").count == 2 + proof.inclusion.hashes.count)
        #expect(Array(text[note...].utf8) == proof.checkpoint.bytes)
        let withExtra = text.replacingOccurrences(of: "@v1\n", with: "@v1\nextra AAAA\n")
        #expect(try EntryProof(withExtra.utf8) == proof)
        for broken in [
            text.replacingOccurrences(of: "index 7", with: "index 07"),
            text.replacingOccurrences(of: "@v1", with: "@v2"),
            text.replacingOccurrences(of: "index 7\n", with: ""), text.replacingOccurrences(of: "\n\n", with: "\n"),
            text.replacingOccurrences(of: "index 7", with: "index -7"),
            text.replacingOccurrences(of: "index", with: "extra x\nextra x\nindex"),
            String(text.dropLast(100)), "",
        ] {
            #expect(throws: StoreError(.malformed, "")) { try EntryProof(broken.utf8) }
        }
        try reader.close()
    }

    @Test func rowsOfEntriesAreProvedTogether() throws {
        let leaves = (0..<70).map { [UInt8($0)] }
        let tree = TreeInMemory(leaves)
        var nodes = TreeNodes(tree)
        var hasher = TreeHasher()
        let hashes = leaves.map { hasher.leaf($0) }
        for size in [1, 2, 3, 7, 64, 70] {
            let root = try nodes.root(size: Int64(size))
            for first in 0..<size {
                for end in first + 1...size {
                    let proof = try nodes.rangeProof(Int64(first)..<Int64(end), size: Int64(size))
                    #expect(proof.root(leaves: hashes[first..<end]) == root)
                    #expect(proof.root(leaves: hashes[first..<end].dropLast()) != root)
                    #expect(proof.root(leaves: Array(hashes[first..<end]) + [hashes[0]]) != root)
                    if end - first > 1 { #expect(proof.root(leaves: hashes[first..<end].reversed()) != root) }
                }
            }
        }
    }
}
