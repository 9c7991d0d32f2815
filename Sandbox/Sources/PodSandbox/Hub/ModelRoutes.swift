// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// Model code and weights (bitfount-protocol.md, 3.7).
extension SandboxHub {
    /// The largest model code, in bytes.
    static let maximumModelBytes = 3 << 20
    /// The largest weights, in bytes.
    static let maximumWeightBytes = 500 << 20

    func addModelRoutes(to router: SandboxRouter) {
        router.post("api/models") { request, _ in try await self.addModel(request) }
        router.put("api/models") { request, _ in try await self.addWeights(request) }
        router.get("api/models") { request, _ in
            request.uri.query == nil ? try self.listModels(request) : try self.showModel(request)
        }
    }

    private func addModel(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["modelName", "modelSize", "modelHash", "privateModel", "modelDescription"])
        let name = try fields.string("modelName")
        let size = try fields.integer("modelSize", in: 1...Self.maximumModelBytes)
        let hash = try fields.string("modelHash")
        guard hash.count == 64, hash.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
            throw Refusal.badRequest("modelHash is no lower-case SHA-256")
        }
        let isPrivate = try fields.boolean("privateModel")
        let description =
            fields.members["modelDescription"] == nil
            ? nil : try fields.string("modelDescription", allowsEmpty: true)
        let key = "models/\(SandboxIDs.uuid())"
        let version = state.change { state in
            let version = 1 + state.models.count { $0.owner == caller.username && $0.name == name }
            state.models.append(
                HubModel(
                    owner: caller.username,
                    name: name,
                    version: version,
                    hash: hash,
                    isPrivate: isPrivate,
                    description: description,
                    storageKey: key
                )
            )
            return version
        }
        var answer: [String: JSONValue] = [
            "success": true, "alreadyExisted": .bool(version > 1), "version": .integer(Int64(version)),
        ]
        let upload = try offerUpload(
            "Model",
            key: key,
            size: size,
            owner: caller.username,
            inPartsIfLarge: request.query("multipartUpload") == "true"
        )
        answer.merge(upload) { $1 }
        return Response.json(.object(answer), status: version > 1 ? .ok : .created)
    }

    private func addWeights(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["modelName", "modelVersion", "weightSize"])
        let name = try fields.string("modelName")
        let version = try fields.integer("modelVersion", in: 1...Int.max)
        let size = try fields.integer("weightSize", in: 1...Self.maximumWeightBytes)
        let key = "weights/\(SandboxIDs.uuid())"
        try state.change { state in
            let index = state.models.firstIndex {
                $0.owner == caller.username && $0.name == name && $0.version == version
            }
            guard let index else { throw Refusal.notFound("no such model") }
            state.models[index].weightsKey = key
        }
        let upload = try offerUpload(
            "Model",
            key: key,
            size: size,
            owner: caller.username,
            inPartsIfLarge: request.query("multipartUpload") == "true"
        )
        return Response.json(.object(["success": true].merging(upload) { $1 }))
    }

    private func listModels(_ request: Request) throws -> Response {
        let caller = try caller(request)
        let models = state.read { $0.models.filter { !$0.isPrivate || $0.owner == caller.username } }
        return Response.json(
            .array(
                models.map { model in
                    [
                        "modellerName": .string(model.owner), "modelName": .string(model.name),
                        "modelStorageKey": .string(model.storageKey), "modelVersion": .integer(Int64(model.version)),
                    ]
                }
            )
        )
    }

    private func showModel(_ request: Request) throws -> Response {
        let caller = try caller(request)
        guard let owner = request.query("modellerName"), let name = request.query("modelName") else {
            throw Refusal.badRequest("modellerName and modelName are needed")
        }
        let version = try request.query("modelVersion").map { text throws(Refusal) in
            guard let version = Int(text) else { throw .badRequest("modelVersion is no number") }
            return version
        }
        let isMember = request.query("projectId").map { id in
            state.read { $0.projects[id]?.includes(caller.username) ?? false }
        }
        guard isMember != false else { throw Refusal.forbidden("not your project") }
        let model = state.read { state in
            state.models.last { model in
                model.owner == owner && model.name == name && (version == nil || model.version == version)
                    && (!model.isPrivate || model.owner == caller.username || isMember == true)
            }
        }
        guard let model, storage.hasObject(model.storageKey) else { throw Refusal.notFound("no such model") }
        var answer: [String: JSONValue] = [
            "modelDownloadUrl": .string(try storage.presignDownload(model.storageKey)),
            "modelHash": .string(model.hash), "modelVersion": .integer(Int64(model.version)),
        ]
        if let key = model.weightsKey, storage.hasObject(key) {
            answer["weightsDownloadUrl"] = .string(try storage.presignDownload(key))
        }
        return Response.json(.object(answer))
    }
}
