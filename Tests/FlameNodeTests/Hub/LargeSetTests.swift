// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateTestSupport

/// Lists that are larger than one look reads, and lives that end in the middle of reading them (flame-hub.md, 6.5).
@Suite("Large sets at a FLAME Hub", .timeLimit(.minutes(3)))
struct LargeSetTests {
    private static let path = "/core/analysis-nodes"
    /// How many rows of a page are new to a walk.
    private static let step = PageRequest.maximumLimit - 5

    private static func setup(_ analyses: Int) -> FlameHubConfiguration {
        var setup = FlameHubConfiguration()
        setup.size.analyses = analyses
        return setup
    }

    private static func collection(_ agent: FlameFixture.Life) async throws -> FlameSyncState.Collection {
        try #require(await agent.node.state).analysisNodes
    }

    /// Where the pages of the walk over old rows began, in the order in which they were asked for.
    private static func walkedOffsets(_ fixture: FlameFixture) -> [Int] {
        fixture.hub.log.requests(method: "GET", path: path).compactMap { request in
            let query = Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first }
            // The complete sets are sorted the same way, and ask for the analyses, too.
            guard query["sort"] == "createdAt" || query["sort"] == "created_at", query["include"] == nil else {
                return nil
            }
            return Int(query["page[offset]"] ?? "0")
        }
    }

    @Test("A life that ends in the middle of the backfill is followed by one that reads on where it was")
    func restart() async throws {
        let total = 1_500
        try await FlameFixture.with(Self.setup(total)) { fixture in
            var reached = 0
            var lives = 0
            var isFilling = true
            while isFilling {
                lives += 1
                try #require(lives < 10)
                let (offset, filling) = try await fixture.life { [reached] agent in
                    try await agent.node.begin()
                    let found = try await Self.collection(agent).backfill.offset
                    #expect(found == reached, "what was read is not read again")
                    try await agent.cycles()
                    let status = try await FlameStatus.read(agent.store.flame)
                    let offset = try await Self.collection(agent).backfill.offset
                    #expect(status.isFilling == (offset != nil))
                    #expect(status.analyses >= min(total, offset ?? total))
                    return (offset, status.isFilling)
                }
                if let offset {
                    #expect(offset == reached + FlameSyncLimits().backfillPages * Self.step)
                    reached = offset
                }
                isFilling = filling
            }
            #expect(lives == (total + 449) / 450)
            let offsets = Self.walkedOffsets(fixture)
            #expect(offsets == Array(stride(from: 0, to: offsets.count * Self.step, by: Self.step)))
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(try await fixture.differences(agent.store) == [])
                // Of history only what was pending or active is told, and that once, however many lives it took.
                var arrived: [String: Int] = [:]
                for try await entry in agent.store.entries(matching: AuditQuery(types: [.flameAnalysis])) {
                    if entry.entry.reason == "arrived" { arrived[entry.entry.reference ?? "", default: 0] += 1 }
                }
                #expect(arrived.values.allSatisfy { $0 == 1 })
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.analyses == total)
                #expect(arrived.count >= status.pendingAnalyses + status.activeAnalyses)
                #expect(arrived.count < 100)
            }
        }
    }

    @Test(
        "A page of the backfill that fails costs that page alone, in this life or in the next",
        arguments: [true, false]
    )
    func failure(inNextLife: Bool) async throws {
        try await FlameFixture.with(Self.setup(700)) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                let reached = try await Self.collection(agent).backfill.offset
                #expect(reached == 450)
                fixture.hub.faults.plan(.truncatedBody, method: "GET", path: Self.path, times: nil)
                await #expect(throws: FlameHubError.self) { try await agent.cycles() }
                #expect(try await Self.collection(agent).backfill.offset == reached)
                fixture.hub.faults.clear()
                guard !inNextLife else { return }
                try await agent.cycles()
                #expect(try await Self.collection(agent).backfill.offset == nil)
                #expect(try await fixture.differences(agent.store) == [])
            }
            guard inNextLife else { return }
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(try await Self.collection(agent).backfill.offset == 450)
                try await agent.cycles()
                #expect(try await Self.collection(agent).backfill.offset == nil)
                #expect(try await fixture.differences(agent.store) == [])
            }
        }
    }

    @Test("What arrives and changes while old rows are read is told as it happens, by whichever life")
    func newsDuringBackfill() async throws {
        try await FlameFixture.with(Self.setup(1_000)) { fixture in
            let first = try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                #expect(try await FlameStatus.read(agent.store.flame).isFilling)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                #expect(try await agent.part(new.part)?.standing == .pending)
                return new
            }
            // While no agent runs.
            fixture.hub.change("analysis-nodes", first.part, ["approvalStatus": "approved"])
            let second = fixture.hub.addAnalysis()
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                #expect(try await agent.part(first.part)?.standing == .active)
                #expect(try await agent.part(second.part)?.standing == .pending)
                try await agent.cycles(2)
                #expect(try await !FlameStatus.read(agent.store.flame).isFilling)
                #expect(try await fixture.differences(agent.store) == [])
                let reasons = try await agent.reasons()
                #expect(reasons.count { $0 == "decided-at-hub" } == 1)
            }
        }
    }

    @Test("Rows that move forward because others are deleted are found by another walk, after some looks")
    func deletionsDuringBackfill() async throws {
        try await FlameFixture.with(Self.setup(900)) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                #expect(try await Self.collection(agent).backfill.offset == 450)
                // More rows than two pages share, from the part that was read: those behind move past the walk's place.
                let parts = fixture.hub.records("analysis-nodes", where: ["nodeId": .string(fixture.hub.seed.node.id)])
                for part in parts.prefix(100) {
                    fixture.hub.delete("analyses", try #require(part["analysisId"]?.stringValue))
                }
                try await agent.cycles()
                #expect(try await Self.collection(agent).backfill.offset == nil)
                #expect(try await !fixture.differences(agent.store).isEmpty, "95 rows were passed over")
                try await agent.cycles(FlameSyncLimits().cyclesBetweenBackfills)
                #expect(try await Self.collection(agent).backfill.begunAt > 0, "another walk began")
                try await agent.cycles(2)
                #expect(try await fixture.differences(agent.store) == [])
            }
        }
    }

    @Test("Rows that were deleted at the Hub are missed within a few looks, each is told, and no other one goes")
    func manyDeletions() async throws {
        try await FlameFixture.with(Self.setup(600)) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(3)
                #expect(try await FlameStatus.read(agent.store.flame).analyses == 600)
                let parts = fixture.hub.records("analysis-nodes", where: ["nodeId": .string(fixture.hub.seed.node.id)])
                for part in parts.prefix(400) {
                    fixture.hub.delete("analyses", try #require(part["analysisId"]?.stringValue))
                }
                // As many slices a look as are allowed while the Hub has fewer rows, and one round over all of them.
                let slices = FlameSyncLimits().verificationSlices
                try await agent.cycles(600 / (slices * PageRequest.maximumLimit) + 2)
                #expect(try await FlameStatus.read(agent.store.flame).analyses == 200)
                #expect(try await fixture.differences(agent.store) == [])
                #expect(try await agent.reasons().count { $0 == "removed" } == 400)
            }
        }
    }

    @Test(
        "A set of active parts that is larger than a pass is read in turns, over lives, and nothing is concluded from a part"
    )
    func largeActiveSet() async throws {
        let total = 1_300
        try await FlameFixture.with(Self.setup(total)) { fixture in
            let parts = fixture.hub.records("analysis-nodes", where: ["nodeId": .string(fixture.hub.seed.node.id)])
                .compactMap { $0["id"]?.stringValue }
            for part in parts {
                fixture.hub.change(
                    "analysis-nodes",
                    part,
                    ["approvalStatus": "approved", "executionStatus": .null, "executionProgress": .null]
                )
            }
            let first = try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                let offset = try #require(await agent.node.state?.activeOffset)
                #expect(offset == 20 * PageRequest.maximumLimit)
                return offset
            }
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(await agent.node.state?.activeOffset == first)
                // The rest of the set, and from its beginning again.
                try await agent.cycles()
                #expect(await agent.node.state?.activeOffset == 0)
                try await agent.cycles(3)
                #expect(try await FlameStatus.read(agent.store.flame).activeAnalyses == total)
                #expect(try await agent.reasons().contains("removed") == false)
                #expect(try await fixture.differences(agent.store) == [])
                // One that leaves the set behind the first pass is noticed all the same.
                let last = try #require(parts.last)
                fixture.hub.change("analysis-nodes", last, ["executionStatus": "executed"])
                try await agent.cycles(2)
                #expect(try await agent.part(last)?.standing == .closed)
            }
        }
    }

    @Test("More changes than a pass may read leave a gap, which the next lives read on from")
    func gapOverLives() async throws {
        let total = 2_600
        try await FlameFixture.with(Self.setup(total)) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(total / 450 + 2)
                #expect(try await fixture.differences(agent.store) == [])
            }
            #expect(fixture.hub.touchAnalysisNodes(total) == total)
            let gap = try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles()
                return try #require(try await Self.collection(agent).watermark?.gap)
            }
            #expect(gap.offset >= 40 * Self.step)
            #expect(gap.newest > gap.oldest)
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(try await Self.collection(agent).watermark?.gap == gap)
                var left = 5
                while try await Self.collection(agent).watermark?.gap != nil, left > 0 {
                    try await agent.cycles()
                    left -= 1
                }
                #expect(try await fixture.differences(agent.store) == [])
            }
        }
    }
}
