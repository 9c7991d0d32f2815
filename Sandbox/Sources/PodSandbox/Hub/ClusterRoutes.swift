// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// Compute clusters and their datasets (bitfount-protocol.md, 3.2 and 11.4).
extension SandboxHub {
    func addClusterRoutes(to router: SandboxRouter) {
        router.post("api/compute-clusters") { request, _ in try await self.createCluster(request) }
        router.get("api/compute-clusters/datasets") { request, _ in
            let caller = try self.caller(request)
            let own = self.state.read { $0.clusters.values.filter { $0.owner == caller.username } }
            let all = Set(own.flatMap(\.datasets) + self.ownDatasets(caller))
            return self.answerDatasets(all.sorted())
        }
        router.get("api/compute-clusters/:cluster/datasets") { request, context in
            self.answerDatasets(try self.cluster(request, context).datasets)
        }
        router.post("api/compute-clusters/:cluster/datasets") { request, context in
            try await self.linkDatasets(request, context)
        }
    }

    private func ownDatasets(_ caller: SandboxUser) -> [String] {
        state.read { $0.pods.values.filter { $0.owner == caller.username && !$0.isArchived }.map(\.identifier) }
    }

    private func cluster(_ request: Request, _ context: SandboxRequestContext) throws -> HubCluster {
        let caller = try caller(request)
        let id = try context.parameters.require("cluster")
        guard let cluster = state.read({ $0.clusters[id] }), cluster.owner == caller.username else {
            throw Refusal.notFound("no such compute cluster")
        }
        return cluster
    }

    private func answerDatasets(_ identifiers: [String]) -> Response {
        let linked = state.read { state in
            identifiers.compactMap { state.pods[$0] }.map { pod -> JSONValue in
                let date = pod.configurationUpdatedAt ?? Date(timeIntervalSince1970: 0)
                return [
                    "identifier": .string(pod.identifier),
                    "configurationLastUpdated": .string(date.formatted(.iso8601)),
                ]
            }
        }
        return Response.json(["linkedDatasets": .array(linked)])
    }

    private func createCluster(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["name", "datasetNames"])
        let name = try fields.string("name")
        let datasets = fields.members["datasetNames"] == nil ? [] : try fields.strings("datasetNames")
        let id = SandboxIDs.uuid()
        addCluster(id, name: name, owner: caller.username, datasets: try identifiers(datasets, of: caller))
        return Response.json(["id": .string(id), "name": .string(name)], status: .created)
    }

    private func linkDatasets(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let cluster = try cluster(request, context)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["datasetNames"])
        let added = try identifiers(try fields.strings("datasetNames"), of: caller)
        state.change { state in
            let known = Set(state.clusters[cluster.id]?.datasets ?? [])
            state.clusters[cluster.id]?.datasets.append(contentsOf: added.filter { !known.contains($0) })
        }
        return Response.json(["success": true, "message": "linked"])
    }

    private func identifiers(_ names: [String], of caller: SandboxUser) throws(Refusal) -> [String] {
        guard names.allSatisfy({ isRegistered(owner: caller.username, name: $0) }) else {
            throw .notFound("no such dataset")
        }
        return names.map { "\(caller.username)/\($0)" }
    }
}
