// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import PodSandbox
import Testing

@Suite struct FlameListTests {
    @Test(arguments: FlameRelease.allCases)
    func analysisNodesOfANode(release: FlameRelease) async throws {
        try await FlameTestHub.run(release, analyses: 120) { hub async throws in
            let session = release == .v0_14 ? hub.node : hub.robot
            let id = try #require(HubID<Node>(hub.stand.seed.node.id))
            let rows = session.core.analysisNodes
            #expect(try await rows.count(filter: .nodeID(id)) == 120)
            #expect(try await rows.count(filter: .nodeID(id) && .approvalStatus.isNull) == 2)

            let first = try await rows.find(
                filter: .nodeID(id),
                sort: .descending(\.updatedAt),
                include: [.analysis]
            )
            #expect(first.count == 50)
            #expect(first.first?.analysis?.name == "analysis-119")
            let times = first.compactMap { $0.updatedAt?.text }
            #expect(times == times.sorted(by: >))
            let last = try await rows.find(
                filter: .nodeID(id),
                sort: .ascending(\.createdAt),
                page: PageRequest(offset: 100)
            )
            #expect(last.count == 20 && last.total == 120 && last.isLast)
        }
    }

    @Test func pagesAreCappedAndUnknownFiltersWiden() async throws {
        try await FlameTestHub.run(analyses: 60) { hub async throws in
            _ = try await hub.admin.core.nodes.count()
            let list = try await FlameRawCaller(hub, hub.stand.seed.admin).get(
                "core/analysis-nodes",
                [
                    ("page[limit]", "100"), ("filter[updatedAt]", ">2020"), ("filter[nodeid]", "x"),
                    ("sort", "-comment"),
                ]
            )
            let meta = try #require(list["meta"]?.objectValue)
            #expect(meta["limit"] == 50 && meta["total"] == 60)
            #expect(list["data"]?.arrayValue?.count == 50)
        }
    }
}
