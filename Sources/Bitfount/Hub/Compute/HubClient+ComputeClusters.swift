// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
public import StrictJSON

extension HubClient {
    /// Makes a compute cluster of the caller.
    ///
    /// - Parameter datasetNames: datasets of the caller that are linked to it at once.
    /// - Returns: the Hub's id of the cluster.
    public func createComputeCluster(
        _ name: String,
        datasetNames: [String] = []
    ) async throws(BitfountError) -> String {
        struct Answer: Decodable { let id: ResourceID }
        var document: JSONObject = ["name": .string(name)]
        if !datasetNames.isEmpty { document["datasetNames"] = .array(datasetNames.map(JSONValue.string)) }
        let call = try ServiceCall(.post, ["api", "compute-clusters"], json: document, timeout: .seconds(10))
        return try await service.send(call, expecting: [200, 201]).decoded(as: Answer.self).id.text
    }

    /// Whether the caller has a compute cluster of that id.
    public func computeClusterExists(_ id: String) async throws(BitfountError) -> Bool {
        let path = ["api", "compute-clusters", id, "datasets"]
        let response = try await service.send(ServiceCall(.get, path, timeout: .seconds(10)))
        switch response.status {
        case 200..<300: return true
        case 404: return false
        default: throw response.failure()
        }
    }

    /// Links datasets of the caller to a compute cluster, so that tasks for them reach whoever polls for the cluster.
    ///
    /// - Throws: `notFound` for a cluster that was made only just now, too; then it is worth trying again.
    public func link(_ datasetNames: [String], toComputeCluster id: String) async throws(BitfountError) {
        let call = try ServiceCall(
            .post,
            ["api", "compute-clusters", id, "datasets"],
            json: ["datasetNames": .array(datasetNames.map(JSONValue.string))],
            timeout: .seconds(10)
        )
        _ = try await service.send(call, expecting: [200, 201])
    }

    /// The datasets of a compute cluster, or of the cluster that the API key belongs to.
    public func linkedDatasets(ofComputeCluster id: String? = nil) async throws(BitfountError) -> [LinkedDataset] {
        struct Answer: Decodable { let linkedDatasets: [LinkedDataset] }
        let path = ["api", "compute-clusters"] + (id.map { [$0] } ?? []) + ["datasets"]
        let response = try await service.send(ServiceCall(.get, path, timeout: .seconds(10)), expecting: [200])
        return try response.decoded(as: Answer.self).linkedDatasets
    }

    /// The configuration that the Hub keeps for a dataset (bitfount-protocol.md, 11.4).
    ///
    /// - Returns: nil if it keeps none.
    public func configuration(of identifier: PodIdentifier) async throws(BitfountError) -> JSONObject? {
        let path = ["api", "pods", identifier.owner, identifier.name, "configuration"]
        let response = try await service.send(ServiceCall(.get, path, timeout: .seconds(10)), expecting: [200])
        switch try response.object()["configuration"] {
        case nil, .null: return nil
        case .object(let configuration): return configuration
        default: throw response.failure(.malformedResponse, "The configuration is not a JSON object")
        }
    }

    /// The datasets of a compute cluster with their configurations. Datasets without one are left out.
    public func configuredDatasets(
        ofComputeCluster id: String? = nil
    ) async throws(BitfountError) -> [ConfiguredDataset] {
        var configured: [ConfiguredDataset] = []
        for dataset in try await linkedDatasets(ofComputeCluster: id) {
            let identifier = try PodIdentifier(dataset.identifier)
            guard let configuration = try await configuration(of: identifier), configuration.count > 0 else { continue }
            configured.append(ConfiguredDataset(dataset: dataset, configuration: configuration))
        }
        return configured
    }
}
