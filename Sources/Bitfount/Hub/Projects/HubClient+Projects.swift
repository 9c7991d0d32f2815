// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON

extension HubClient {
    /// Makes a project of the caller.
    ///
    /// - Returns: the Hub's id of the project.
    public func createProject(_ name: String) async throws(BitfountError) -> String {
        struct Answer: Decodable { let projectId: ResourceID }
        let call = try ServiceCall(
            .post,
            ["api", "projects"],
            json: ["name": .string(name), "metadata": [:]],
            timeout: .seconds(10)
        )
        return try await service.send(call, expecting: [200, 201]).decoded(as: Answer.self).projectId.text
    }

    /// Some of the caller's projects.
    public func projects(limit: Int = 12, offset: Int = 0) async throws(BitfountError) -> ProjectPage {
        let query = [("limit", String(limit)), ("offset", String(offset))]
        let call = ServiceCall(.get, ["api", "projects"], query: query, timeout: .seconds(20))
        return try await service.send(call, expecting: [200]).decoded()
    }

    /// The name of a project.
    ///
    /// - Returns: nil if the Hub does not know the project, or no name of it.
    public func projectName(_ id: String) async throws(BitfountError) -> String? {
        struct Answer: Decodable { let name: String? }
        let response = try await service.send(ServiceCall(.get, ["api", "projects", id], timeout: .seconds(10)))
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw response.failure() }
        return try response.decoded(as: Answer.self).name
    }

    /// Adds a dataset of the caller to a project of the caller.
    public func addDataset(_ name: String, toProject id: String) async throws(BitfountError) {
        var call = ServiceCall(.put, ["api", "projects", id, "pod"], timeout: .seconds(10))
        call.body = .json(try JSONValue.array([["podName": .string(name)]]).body())
        _ = try await service.send(call, expecting: [200, 201])
    }

    /// How much a project may use of each of its models, and has used.
    public func usageLimits(project id: String) async throws(BitfountError) -> [UsageLimit] {
        let call = ServiceCall(.get, ["api", "projects", id, "limits"], timeout: .seconds(20))
        let response = try await service.send(call, expecting: [200])
        let items = try? JSONValue(parsing: response.body).arrayValue
        let limits = items?.compactMap { $0.objectValue.flatMap(UsageLimit.init) }
        guard let limits, limits.count == items?.count else {
            throw response.failure(.malformedResponse, "The answer is not a list of limits")
        }
        return limits
    }

    /// How much a project has used of one model, member by member.
    ///
    /// - Parameter model: the model's id, such as `owner/name:3`.
    public func usageLimits(project id: String, model: String) async throws(BitfountError) -> ModelUsage {
        let path = ["api", "projects", id, "limits", "models"] + model.split(separator: "/").map(String.init)
        let response = try await service.send(ServiceCall(.get, path, timeout: .seconds(20)), expecting: [200])
        guard let usage = ModelUsage(try response.object()) else {
            throw response.failure(.malformedResponse, "The answer does not say how a model is used")
        }
        return usage
    }
}
