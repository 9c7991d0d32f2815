// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// Registering, listing and archiving datasets (bitfount-protocol.md, 3.2 to 3.4).
extension SandboxHub {
    func addPodRoutes(to router: SandboxRouter) {
        router.post("api/pods") { request, _ in try await self.register(request) }
        router.patch("api/pods") { request, _ in try await self.heartbeat(request) }
        router.get("api/pods") { request, _ in try self.listPods(request) }
        router.get("api/pods/:owner/:name") { request, context in
            let caller = try self.caller(request)
            return try self.showPod(try Self.identifier(context), to: caller)
        }
        router.post("api/pods/:owner/:name") { request, context in try await self.archive(request, context) }
        router.get("api/pods/:owner/:name/configuration") { request, context in
            try self.showConfiguration(request, context)
        }
        router.get("api/projects/:project/pods/:owner/:name") { request, context in
            let caller = try self.caller(request)
            let identifier = try Self.identifier(context)
            let project = self.state.read { $0.projects[context.parameters.get("project") ?? ""] }
            guard let project, project.includes(caller.username), project.datasets.contains(identifier) else {
                throw Refusal.notFound("no such pod in the project")
            }
            return try self.showPod(identifier, to: caller)
        }
        router.post("api/upload") { request, _ in try await self.completeUpload(request) }
        router.post("api/ingest") { request, _ in try await self.ingest(request) }
    }

    static func identifier(_ context: SandboxRequestContext) throws -> String {
        "\(try context.parameters.require("owner"))/\(try context.parameters.require("name"))"
    }

    private func register(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let registration = try PodRegistrationFields(try await request.jsonFields())
        let identifier = "\(caller.username)/\(registration.name)"
        guard identifier.count <= SandboxNames.maximumIdentifierLength else {
            throw Refusal.badRequest("\(identifier) is longer than 70 characters")
        }
        let key = "schemas/\(SandboxIDs.uuid())"
        let existed = state.change { state -> Bool in
            guard var pod = state.pods[identifier] else {
                state.pods[identifier] = registration.pod(owner: caller.username, schemaKey: key)
                return false
            }
            registration.update(&pod, schemaKey: key)
            state.pods[identifier] = pod
            return true
        }
        var answer: [String: JSONValue] = [
            "success": true, "alreadyExisted": .bool(existed), "message": .string(existed ? "updated" : "created"),
        ]
        let upload = try offerUpload(
            "Schema",
            key: key,
            size: registration.schemaSize,
            owner: caller.username,
            inPartsIfLarge: request.query("multipartUpload") == "true"
        )
        answer.merge(upload) { $1 }
        return Response.json(.object(answer), status: existed ? .ok : .created)
    }

    /// The members of an answer that permit an upload, in one piece or in parts (bitfount-protocol.md, 3.4).
    func offerUpload(
        _ objectType: String,
        key: String,
        size: Int,
        owner: String,
        inPartsIfLarge: Bool
    ) throws -> [String: JSONValue] {
        if inPartsIfLarge, case .above(let threshold, let chunkSize) = multipart, size > threshold {
            let upload = try storage.presignParts(key, size: size, chunkSize: chunkSize)
            state.change {
                $0.uploads[upload.uploadID] = .init(objectType: objectType, key: key, owner: owner)
            }
            return [
                "uploadUrls": .array(upload.urls.map(JSONValue.string)), "chunkSize": .integer(Int64(chunkSize)),
                "uploadId": .string(upload.uploadID), "key": .string(key),
            ]
        }
        let upload = try storage.presignUpload(key, sizes: size...size)
        return [
            "uploadUrl": .string(upload.url), "uploadFields": .object(upload.fields.mapValues(JSONValue.string)),
        ]
    }

    private func completeUpload(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        let uploadID = try fields.string("uploadId")
        let key = try fields.string("key")
        let objectType = try fields.string("objectType")
        guard let upload = state.read({ $0.uploads[uploadID] }), upload.key == key, upload.owner == caller.username,
            upload.objectType == objectType
        else { throw Refusal.notFound("no such upload") }
        var parts: [Int: String] = [:]
        for part in try fields.array("parts") {
            guard let members = part.objectValue else { throw Refusal.badRequest("a part is not an object") }
            let part = JSONFields(members)
            let number = try part.integer("PartNumber", in: 1...10_000)
            guard number == parts.count + 1 else { throw Refusal.badRequest("the parts are not in order") }
            parts[number] = try part.string("ETag")
        }
        try await storage.completeParts(uploadID, key: key, parts: parts)
        state.change { $0.uploads[uploadID] = nil }
        return Response.json(["success": true, "message": "complete"])
    }

    private func showPod(_ identifier: String, to caller: SandboxUser) throws -> Response {
        guard let pod = pod(identifier), !pod.isArchived else { throw Refusal.notFound("no such pod") }
        var answer: [String: JSONValue] = [
            "podIdentifier": .string(pod.identifier), "podName": .string(pod.name),
            "podDisplayName": .string(pod.displayName), "description": .string(pod.description),
            "podPublicKey": .string(pod.publicKey), "accessManagerPublicKey": .string(pod.accessManagerPublicKey),
            "schemaStorageKey": .string(pod.schemaStorageKey), "isOnline": .bool(pod.isOnline),
            "providerUserName": .string(pod.owner), "visibility": "private",
        ]
        if storage.hasObject(pod.schemaStorageKey) {
            answer["schemaDownloadUrl"] = .string(try storage.presignDownload(pod.schemaStorageKey))
        }
        return Response.json(.object(answer))
    }

    private func listPods(_ request: Request) throws -> Response {
        _ = try caller(request)
        let pods = state.read { $0.pods.values.filter { !$0.isArchived } }.sorted { $0.identifier < $1.identifier }
        return Response.json(
            .array(
                pods.map { pod in
                    [
                        "podIdentifier": .string(pod.identifier), "name": .string(pod.name),
                        "podDisplayName": .string(pod.displayName), "isOnline": .bool(pod.isOnline),
                        "podPublicKey": .string(pod.publicKey),
                        "accessManagerPublicKey": .string(pod.accessManagerPublicKey),
                        "description": .string(pod.description), "providerUserName": .string(pod.owner),
                        "podPagePath": .string("/\(pod.identifier)"),
                    ]
                }
            )
        )
    }

    private func archive(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let identifier = try Self.identifier(context)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["archive"])
        guard try fields.boolean("archive") else { throw Refusal.badRequest("archive must be true") }
        guard let pod = pod(identifier) else { throw Refusal.notFound("no such pod") }
        guard pod.owner == caller.username else { throw Refusal.forbidden("not your pod") }
        state.change { $0.pods[identifier]?.isArchived = true }
        return Response.json(["success": true, "message": "archived"])
    }

    private func showConfiguration(_ request: Request, _ context: SandboxRequestContext) throws -> Response {
        let caller = try caller(request)
        guard let pod = pod(try Self.identifier(context)), pod.owner == caller.username else {
            throw Refusal.notFound("no such pod")
        }
        return Response.json(["configuration": pod.configuration ?? .object([:])])
    }

    private func ingest(_ request: Request) async throws -> Response {
        _ = try caller(request)
        let fields = try await request.jsonFields()
        for name in ["taskId", "senderId", "type"] { _ = try fields.string(name) }
        guard (try? Date(try fields.string("timestamp"), strategy: .iso8601)) != nil else {
            throw Refusal.badRequest("timestamp is not ISO 8601 with an offset")
        }
        guard ["PRIVATE", "MODELLER", "ALL_PARTICIPANTS"].contains(try fields.string("privacy")) else {
            throw Refusal.badRequest("privacy is unknown")
        }
        state.change { $0.monitorUpdates.append(.object(fields.members)) }
        return Response.json(["success": true, "message": "ingested"], status: .created)
    }
}

extension RegisteredPod {
    fileprivate var isOnline: Bool {
        heartbeats.last.map { $0.timeIntervalSinceNow > -SandboxHub.onlineSeconds } ?? false
    }
}
