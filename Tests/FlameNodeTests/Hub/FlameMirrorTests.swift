// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateTestSupport

@Suite("FLAME mirror")
struct FlameMirrorTests {
    @Test("The first looks bring everything, and record what is pending or active but not what is history")
    func firstLook() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(3)
                #expect(try await fixture.differences(agent.store) == [])
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.nodeID == fixture.hub.seed.node.id)
                #expect(status.hubVersion == "0.14.0")
                #expect(status.pendingProjects == 1)
                #expect(status.pendingAnalyses > 0)
                #expect(!status.isFilling)
                #expect(status.lastSuccess != nil)
                let arrived = try await agent.reasons().count { $0 == "arrived" }
                #expect(arrived < status.analyses + status.projects)
                #expect(arrived >= status.pendingAnalyses + status.pendingProjects)
            }
        }
    }

    @Test("Changes, arrivals and removals at the Hub are mirrored and recorded")
    func changes() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(3)
                let new = fixture.hub.addAnalysis()
                try await agent.cycles()
                #expect(try await agent.part(new.part)?.standing == .pending)
                fixture.hub.change("analysis-nodes", new.part, ["approvalStatus": "approved"])
                try await agent.cycles()
                #expect(try await agent.part(new.part)?.standing == .active)
                fixture.hub.change("analysis-nodes", new.part, ["executionStatus": "executed"])
                try await agent.cycles()
                #expect(try await agent.part(new.part)?.standing == .closed)
                fixture.hub.change("analysis-nodes", new.part, ["approvalStatus": .null])
                try await agent.cycles()
                fixture.hub.delete("analyses", new.analysis)
                try await agent.cycles()
                #expect(try await agent.part(new.part) == nil)
                let reasons = try await agent.reasons().suffix(5)
                #expect(
                    reasons == ["arrived", "decided-at-hub", "reported-elsewhere", "reopened-at-hub", "removed"]
                )
            }
        }
    }

    @Test("A row that can't be read is kept as it is, and the loop goes on")
    func unreadableRow() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(2)
                let odd = fixture.hub.addAnalysis(part: ["approvalStatus": 7])
                let good = fixture.hub.addAnalysis()
                try await agent.cycles()
                let row = try #require(try await agent.part(odd.part))
                #expect(row.fault?.contains("approvalStatus") == true)
                #expect(row.raw.contains("\"approvalStatus\":7"))
                #expect(row.standing == .closed)
                #expect(try await agent.part(good.part)?.standing == .pending)
                #expect(try await FlameStatus.read(agent.store.flame).unreadableRows == 1)
            }
        }
    }

    @Test("While nothing happens a look costs three to five requests")
    func steadyRequests() async throws {
        var setup = FlameHubConfiguration()
        setup.size.analyses = 400
        try await FlameFixture.with(setup) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(3)
                var pacing = SyncPacing()
                pacing.finish(succeeded: true)
                let before = fixture.hub.log.requests().count
                _ = try await agent.node.cycle(pacing)
                let cost = fixture.hub.log.requests().count - before
                #expect(3...5 ~= cost)
            }
        }
    }

    @Test("1,000 changed rows are read within the requests of flame-hub.md, 6.6")
    func manyChanges() async throws {
        var setup = FlameHubConfiguration()
        setup.size.analyses = 1_200
        try await FlameFixture.with(setup) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(4)
                #expect(fixture.hub.touchAnalysisNodes(1_000) == 1_000)
                var pacing = SyncPacing()
                pacing.finish(succeeded: true)
                let before = fixture.hub.log.requests(path: "/core/analysis-nodes").count
                _ = try await agent.node.cycle(pacing)
                let cost = fixture.hub.log.requests(path: "/core/analysis-nodes").count - before
                // Pages of 45 new rows, up to 1,200 of them inside the overlap, then the sets and a slice.
                #expect(cost <= 1_200 / 45 + 2 + 4)
                #expect(try await fixture.differences(agent.store) == [])
            }
        }
    }

    @Test(
        "Rows are changed, deleted and added while looks run: in the end the mirror is the Hub's state",
        arguments: [1, 2]
    )
    func convergence(_ seed: UInt64) async throws {
        var setup = FlameHubConfiguration()
        setup.size.analyses = 120
        try await FlameFixture.with(setup) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await RandomHistory(seed: seed, hub: fixture.hub).run(rounds: 1_000) }
                    group.addTask {
                        while !Task.isCancelled { _ = try await agent.node.cycle(SyncPacing()) }
                    }
                    try await group.next()
                    group.cancelAll()
                    // A look that was cut short is no failure.
                    while let result = await group.nextResult() { _ = result }
                }
                var left = 60
                while try await !fixture.differences(agent.store).isEmpty, left > 0 {
                    try await agent.cycles()
                    left -= 1
                }
                #expect(try await fixture.differences(agent.store) == [])
            }
        }
    }
}

/// Changes at a Hub, the same for the same seed.
private struct RandomHistory: Sendable {
    let seed: UInt64
    let hub: SandboxFlameHub

    func run(rounds: Int) async {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<rounds {
            let parts = hub.records("analysis-nodes", where: ["nodeId": .string(hub.seed.node.id)])
            let id = parts.isEmpty ? "" : parts[Int(random.next() % UInt64(parts.count))]["id"]?.stringValue ?? ""
            switch random.next() % 6 {
            case 0: hub.addAnalysis()
            case 1:
                let analysis = hub.record("analysis-nodes", id)?["analysisId"]?.stringValue ?? ""
                hub.delete("analyses", analysis)
            case 2: hub.change("analysis-nodes", id, ["approvalStatus": "approved"])
            case 3: hub.change("analysis-nodes", id, ["approvalStatus": .null])
            case 4: hub.change("analysis-nodes", id, ["executionStatus": "executing"])
            default: hub.change("analysis-nodes", id, ["comment": .string("round \(random.next() % 1_000)")])
            }
            await Task.yield()
        }
    }
}
