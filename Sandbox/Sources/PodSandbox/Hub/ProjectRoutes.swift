// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// Projects and their usage limits (bitfount-protocol.md, 3.2 and 3.3).
extension SandboxHub {
    func addProjectRoutes(to router: SandboxRouter) {
        router.post("api/projects") { request, _ in try await self.createProject(request) }
        router.get("api/projects") { request, _ in try self.listProjects(request) }
        router.get("api/projects/:project") { request, context in
            Response.json(["name": .string(try self.project(request, context).name)])
        }
        router.put("api/projects/:project/pod") { request, context in try await self.linkPods(request, context) }
        router.get("api/projects/:project/limits") { request, context in
            Response.json(.array(try self.project(request, context).limits))
        }
        router.get("api/projects/:project/limits/models/**") { request, context in
            let model = context.parameters.getCatchAll().joined(separator: "/")
            return Response.json(try self.project(request, context).usage(ofModel: model))
        }
    }

    /// The project in the path; there is none for those who do not take part.
    private func project(_ request: Request, _ context: SandboxRequestContext) throws -> HubProject {
        let caller = try caller(request)
        let id = try context.parameters.require("project")
        guard let project = state.read({ $0.projects[id] }), project.includes(caller.username) else {
            throw Refusal.notFound("no such project")
        }
        return project
    }

    private func createProject(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["name", "metadata"])
        _ = try fields.object("metadata")
        let project = HubProject(id: SandboxIDs.uuid(), name: try fields.string("name"), owner: caller.username)
        add(project)
        return Response.json(["projectId": .string(project.id)], status: .created)
    }

    private func listProjects(_ request: Request) throws -> Response {
        let caller = try caller(request)
        guard let limit = request.query("limit").flatMap(Int.init), limit > 0,
            let offset = request.query("offset").flatMap(Int.init), offset >= 0
        else { throw Refusal.badRequest("limit and offset are needed") }
        let all = state.read { $0.projects.values.filter { $0.includes(caller.username) } }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        return Response.json([
            "totalProjects": .integer(Int64(all.count)),
            "projects": .array(all.dropFirst(offset).prefix(limit).map { describe($0, to: caller) }),
        ])
    }

    private func describe(_ project: HubProject, to caller: SandboxUser) -> JSONValue {
        let created = JSONValue.string(project.createdAt.formatted(.iso8601))
        let datasets = project.datasets.map { identifier -> JSONValue in
            let owner = String(identifier.prefix { $0 != "/" })
            return [
                "ownerId": .string("id-of-\(owner)"), "ownerUsername": .string(owner),
                "name": .string(String(identifier.dropFirst(owner.count + 1))),
            ]
        }
        return [
            "id": .string(project.id), "name": .string(project.name),
            "role": project.owner == caller.username ? "OWNER" : "MEMBER", "created_at": created,
            "updated_at": created, "status": "PUBLISHED", "isDemo": false, "linked_datasets": .array(datasets),
            "linked_datasets_count": .integer(Int64(datasets.count)),
        ]
    }

    private func linkPods(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let project = try project(request, context)
        let body = try await request.body.collect(upTo: StandInMiddleware.maximumBodyBytes)
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)),
            let items = value.arrayValue, !items.isEmpty
        else { throw Refusal.badRequest("the body is not a list") }
        for item in items {
            let fields = JSONFields(item.objectValue ?? [:])
            try fields.allowOnly(["podName"])
            let name = try fields.string("podName")
            guard isRegistered(owner: caller.username, name: name) else { throw Refusal.notFound("no such pod") }
            state.change { state in
                let identifier = "\(caller.username)/\(name)"
                guard state.projects[project.id]?.datasets.contains(identifier) == false else { return }
                state.projects[project.id]?.datasets.append(identifier)
            }
        }
        return Response.json(["success": true, "message": "linked"])
    }
}
