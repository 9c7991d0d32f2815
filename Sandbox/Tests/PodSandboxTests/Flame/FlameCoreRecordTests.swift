// SPDX-License-Identifier: Apache-2.0

import FlameHub
import HTTPTransport
import PodSandbox
import Testing

/// The records of Core with the typed clients (flame-hub.md, 4.4 to 4.10).
@Suite struct FlameCoreRecordTests {
    @Test(arguments: FlameRelease.allCases)
    func recordsRoundTrip(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let core = hub.admin.core
            try await hub.roundTrip(core.nodes, .init(name: "a node"), change: { $0.hidden = true }) {
                $0.hidden == true
            }
            try await hub.roundTrip(
                core.projects,
                .init(name: "study"),
                change: { $0.description = .set("Long enough") }
            ) {
                $0.description == "Long enough"
            }
            let registry = Registry.Draft(name: "another", host: "https://another.example.org/path")
            try await hub.roundTrip(core.registries, registry, change: { $0.accountName = .set("someone") }) {
                $0.accountName == "someone" && $0.host == "another.example.org"
            }
            let registryID: HubID<Registry> = try hub.id(hub.stand.seed.registry)
            let project = RegistryProject.Draft(
                name: "images",
                type: .default,
                registryID: registryID,
                externalName: "images"
            )
            try await hub.roundTrip(core.registryProjects, project, change: { $0.name = "pictures" }) {
                $0.name == "pictures"
            }
        }
    }

    @Test func aNodeHasAnAccountAndAProject() async throws {
        try await FlameTestHub.run { hub async throws in
            let core = hub.admin.core
            let node = try await core.nodes.create(.init(name: "a node"))
            let clientID = try #require(node.clientID)
            #expect(try await hub.admin.auth.clients.get(clientID)?.name == node.id.text)
            #expect(try await core.nodes.registryCredentials(of: node.id).externalName == node.externalName)
            let rotated = try await core.nodes.rotateClientCredentials(of: node.id, secret: "chosen here")
            let itself = hub.client.session(as: .client(id: clientID.text, secret: try #require(rotated.secret)))
            #expect(try await itself.core.nodes.clientCredentials(of: node.id).secret == "chosen here")
            await hub.expect(.permission) { _ = try await itself.core.nodes.update(node.id) { $0.hidden = true } }
            try await core.nodes.delete(node.id)
            #expect(try await hub.admin.auth.clients.get(clientID) == nil)
        }
    }

    @Test func onlyTheOwnerApproves() async throws {
        try await FlameTestHub.run { hub async throws in
            let node: HubID<Node> = try hub.id(hub.stand.seed.node.id)
            let rows = hub.owner.core.projectNodes
            let row = try #require(try await rows.find(filter: .nodeID(node) && .approvalStatus.isNull).first)
            await hub.expect(.permission) { _ = try await hub.node.core.projectNodes.approve(row.id) }
            await hub.expect(.permission) { _ = try await hub.researcher.core.projectNodes.approve(row.id) }
            #expect(try await rows.approve(row.id, comment: "welcome").comment == "welcome")
            let parts = hub.owner.core.analysisNodes
            let part = try #require(try await parts.find(filter: .nodeID(node) && .approvalStatus.isNull).first)
            await hub.expect(.permission) { _ = try await hub.node.core.analysisNodes.approve(part.id) }
            #expect(try await parts.reject(part.id).approvalStatus == .rejected)
            #expect(try await parts.withdrawDecision(part.id).approvalStatus == nil)
            #expect(try await hub.node.core.analysisNodes.report(part.id, status: .started).executionStatus == .started)
            await hub.expect(.permission) {
                _ = try await hub.researcher.core.analysisNodes.report(part.id, status: .failed)
            }
        }
    }

    @Test func anAnalysisFromDraftToDistribution() async throws {
        try await FlameTestHub.run { hub async throws in
            let core = hub.researcher.core
            let project: HubID<Project> = try hub.id(hub.stand.seed.project)
            let analysis = try await core.analyses.create(.init(projectID: project)) {
                $0.masterImageID = HubID(hub.stand.seed.masterImage)
            }
            #expect(try await core.analyses.clientCredentials(of: analysis.id).secret != nil)
            #expect(try await core.analyses.rotateClientCredentials(of: analysis.id, secret: "other").secret == "other")
            let parts = try await core.analysisNodes.find(filter: .analysisID(analysis.id), include: [.node])
            #expect(Set(parts.map { $0.node?.name }) == ["hospital-node", "aggregator-node"])
            await hub.expect(.rejected) { _ = try await core.analyses.send(.configurationLock, to: analysis.id) }

            try await hub.stand.waitUntilIdle()
            let buckets = try await core.analysisBuckets.find(filter: .analysisID(analysis.id))
            #expect(buckets.count == 3)
            let code = try #require(buckets.first { $0.type == .code })
            let file = UploadFile(path: "src/main.py", content: .bytes(.init("print()".utf8)))
            try await hub.researcher.storage.buckets.upload(file, to: #require(code.bucketID))
            try await hub.stand.waitUntilIdle()
            let link = try #require(try await core.analysisBucketFiles.find(filter: .analysisID(analysis.id)).first)
            #expect(link.path == "src/main.py")
            try await core.analysisBucketFiles.update(link.id) { $0.root = true }

            #expect(try await core.analyses.send(.configurationLock, to: analysis.id).configurationLocked == true)
            await hub.expect(.rejected) { _ = try await core.analyses.send(.buildStart, to: analysis.id) }
            let mine = try #require(parts.first { $0.node?.name == "hospital-node" })
            try await hub.owner.core.analysisNodes.approve(mine.id)
            #expect(try await core.analyses.send(.buildStart, to: analysis.id).buildStatus == .starting)
            try await hub.stand.waitUntilIdle()
            #expect(try await core.analyses.get(analysis.id)?.buildStatus == .executed)
            let lines = try await core.analysisLogs.find(analysis: analysis.id)
            #expect(lines.map(\.message) == ["The build has ended.", "The build has started."])
            try await core.analysisLogs.deleteAll(analysis: analysis.id)
            #expect(try await core.analysisLogs.find(analysis: analysis.id).isEmpty)
            try await core.analyses.send(.distributionStart, to: analysis.id)
            try await hub.stand.waitUntilIdle()
            #expect(try await core.analyses.get(analysis.id)?.distributionStatus == .executed)
            try await core.analyses.delete(analysis.id)
            #expect(try await core.analysisNodes.get(mine.id) == nil)
        }
    }

    @Test func bucketsOfAnAnalysisAndTheirFilesRoundTrip() async throws {
        try await FlameTestHub.run { hub async throws in
            let (core, storage) = (hub.admin.core, hub.admin.storage)
            let analysis = try #require(try await core.analyses.find(filter: .name("analysis-3")).first)
            let stored = try await storage.buckets.create(.init(name: "results"))
            let upload = UploadFile(path: "a/b.csv", content: .bytes(.init("1,2".utf8)))
            let file = try await storage.buckets.upload(upload, to: stored.id)
            // The Hub links files by itself only if the bucket is linked already.
            try await hub.stand.waitUntilIdle()

            let buckets = core.analysisBuckets
            let draft = AnalysisBucket.Draft(type: .result, bucketID: stored.id, analysisID: analysis.id)
            let bucket = try await buckets.create(draft)
            #expect(bucket.type == .result && bucket.bucketID == stored.id && bucket.realmID == analysis.realmID)
            let found = try await buckets.find(filter: .analysisID(analysis.id) && .type(.result), include: .all)
            #expect(found.map(\.id) == [bucket.id] && found.first?.analysis?.name == "analysis-3")
            await hub.expect(.permission) { _ = try await hub.node.core.analysisBuckets.create(draft) }

            let files = core.analysisBucketFiles
            let link = try await files.create(
                .init(path: "a/b.csv", bucketFileID: file.id, bucketID: stored.id, analysisBucketID: bucket.id)
            )
            #expect(link.path == "a/b.csv" && link.bucketFileID == file.id && link.analysisID == analysis.id)
            #expect(link.root == false)
            #expect(try await files.update(link.id) { $0.root = true }.root == true)
            #expect(try await files.count(filter: .analysisBucketID(bucket.id) && .root(true)) == 1)
            #expect(try await files.get(link.id, include: .all)?.analysisBucket?.id == bucket.id)
            await hub.expect(.permission) { try await hub.node.core.analysisBucketFiles.delete(link.id) }
            try await files.delete(link.id)
            #expect(try await files.get(link.id) == nil)
            await hub.expect(.notFound) { try await files.delete(link.id) }

            try await buckets.delete(bucket.id)
            #expect(try await buckets.get(bucket.id) == nil)
            #expect(try await storage.buckets.get(stored.id) != nil)
        }
    }

    @Test func eventsOfANodeAreRead() async throws {
        try await FlameTestHub.run { hub async throws in
            let part = try #require(try await hub.node.core.analysisNodes.find().first)
            let id: HubID<AnalysisNodeEvent> = try hub.id(
                hub.stand.insert(
                    "analysis-node-events",
                    ["analysisId": .string(part.analysisID.text), "nodeId": .string(part.nodeID.text)]
                )
            )
            let events = hub.node.core.analysisNodeEvents
            let found = try await events.find(
                filter: .nodeID(part.nodeID) && .analysisID(part.analysisID),
                sort: .descending(\.createdAt),
                include: .all
            )
            #expect(found.map(\.id) == [id])
            #expect(found.first?.node?.name == "hospital-node" && found.first?.analysis?.id == part.analysisID)
            #expect(try await events.get(id)?.nodeID == part.nodeID)
            #expect(try await events.count(filter: .nodeID(hub.id(hub.stand.seed.aggregator.id))) == 0)
            #expect(try await events.get(hub.id("00000000-0000-4000-8000-000000000000")) == nil)
        }
    }

    @Test func logsAppearAndGo() async throws {
        try await FlameTestHub.run { hub async throws in
            let part = try #require(try await hub.node.core.analysisNodes.find().first)
            let logs = hub.node.core.analysisNodeLogs
            var draft = AnalysisNodeLogs.Draft(
                analysisID: part.analysisID,
                nodeID: part.nodeID,
                level: .warn,
                message: "something odd"
            )
            draft.code = "E42"
            try await logs.create(draft)
            try await hub.stand.waitUntilIdle()
            let found = try await logs.find(analysis: part.analysisID, node: part.nodeID)
            #expect(found.map(\.message) == ["something odd"] && found.first?.labels["code"] == "E42")
            #expect(try await logs.find(analysis: part.analysisID, node: part.nodeID, level: .info).isEmpty)
            try await logs.deleteAll(analysis: part.analysisID, node: part.nodeID)
            #expect(try await logs.find(analysis: part.analysisID, node: part.nodeID).isEmpty)
        }
    }

    @Test func imagesAndRegistriesTakeCommands() async throws {
        try await FlameTestHub.run { hub async throws in
            let core = hub.admin.core
            let image = try #require(try await core.masterImages.find(filter: .virtualPath("python/base")).first)
            #expect(try await core.masterImageGroups.find().map(\.virtualPath) == ["python"])
            try await core.masterImages.sync()
            try await core.masterImages.build(image.id)
            try await hub.stand.waitUntilIdle()
            #expect(try await core.masterImages.get(image.id)?.buildStatus == .executed)
            let registry: HubID<Registry> = try hub.id(hub.stand.seed.registry)
            let before = try await core.registryProjects.count(filter: .registryID(registry))
            try await core.registries.send(.setup, to: registry)
            #expect(try await core.registryProjects.count(filter: .registryID(registry)) == before + 3)
            try await core.registries.send(.cleanup, to: registry)
            #expect(try await core.registryProjects.count(filter: .registryID(registry)) == before)
            await hub.expect(.permission) { try await hub.node.core.masterImages.sync() }
        }
    }
}
