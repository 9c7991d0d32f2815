// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension SandboxFlameHub {
    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        addControlRoutes(to: router)
        router.add(
            middleware: StandInMiddleware(
                log: log,
                faults: faults,
                collectsBody: { !$0.uri.path.hasSuffix("/upload") },
                refusalBody: { FlameRefusal($0.status, "internal_error", $0.message).body(of: .core, .v0_14) }
            )
        )
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on("**", method: method) { request, _ in try await self.answer(request) }
        }
        return router
    }

    private func answer(_ request: Request) async throws -> Response {
        guard let path = FlamePath(request.uri.path) else {
            return Response.html("<html><body>404 Not Found</body></html>", status: .notFound)
        }
        do {
            return try await answer(request, path)
        } catch let refusal as FlameRefusal {
            var response = Response.json(
                refusal.body(of: path.service, release),
                status: .init(code: refusal.status)
            )
            if refusal.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
            return response
        }
    }

    private func answer(_ request: Request, _ path: FlamePath) async throws -> Response {
        guard let collection = path.segments.first else { return root(request, path.service) }
        if path.service == .auth, path.segments == ["token"] { return try await signIn(request) }
        if let special = try await special(request, path) { return special }
        guard let resource = state.read({ $0.table(collection)?.resource }), resource.service == path.service,
            path.segments.count <= 2
        else { throw FlameRefusal.unknownRoute }
        let id = path.segments.count == 2 ? path.segments[1].lowercased() : nil
        switch (request.method, id) {
        case (.get, nil): return try list(request, resource)
        case (.get, let id?): return try get(request, resource, id)
        case (.post, nil) where resource.operations.contains(.create): return try await create(request, resource)
        case (.post, let id?) where resource.operations.contains(.update):
            return try await update(request, resource, id)
        case (.delete, let id?) where resource.operations.contains(.delete):
            return try delete(request, resource, id)
        default: throw FlameRefusal.unknownRoute
        }
    }

    private func root(_ request: Request, _ service: FlameService) -> Response {
        guard request.method == .get else { return Response(status: .notFound) }
        if service == .auth {
            let version = release.isOld ? "1.0.0-beta.26" : "1.0.0-beta.62"
            return .json(["version": .string(version), "date": .integer(FlameTime.now()), "features": [:]])
        }
        return .json(["version": .string(release.rawValue), "timestamp": .integer(FlameTime.now())])
    }

    private func list(_ request: Request, _ resource: FlameResource) throws -> Response {
        let actor = try reader(request, resource)
        let query = try FlameQuery(request.queryItems, resource, release)
        let page = try state.read { state in
            let (rows, total) = state.select(query, from: resource, where: state.visibility(of: resource, to: actor))
            if !query.extraFields.isEmpty, let actor {
                for row in rows { try resource.rules.reveal(state, row, actor) }
            }
            return FlamePresenter(state).list(rows, total: total, of: resource, query)
        }
        return .json(page)
    }

    private func get(_ request: Request, _ resource: FlameResource, _ id: String) throws -> Response {
        let actor = try reader(request, resource)
        let query = try FlameQuery(request.queryItems, resource, release)
        let record = try state.read { state in
            let isVisible = state.visibility(of: resource, to: actor)
            guard let row = state.row(resource.name, id), isVisible?(row) ?? true else {
                throw FlameRefusal.notFound(resource.singular)
            }
            if !query.extraFields.isEmpty, let actor { try resource.rules.reveal(state, row, actor) }
            return FlamePresenter(state).single(row, of: resource, query)
        }
        return .json(record)
    }

    private func create(_ request: Request, _ resource: FlameResource) async throws -> Response {
        let actor = try caller(request, at: resource.service)
        let body = try await request.flameBody()
        let answer = try state.change { state throws(FlameRefusal) in
            let row = try state.create(body, in: resource, by: actor)
            // The secret of an account is told this once.
            let name = resource.wireName("secret", state.release)
            let secret = row["secret"] == .null || row.flag("secretHashed") ? [:] : [name: row["secret"]]
            return FlamePresenter(state).written(row, of: resource, adding: secret)
        }
        return .json(answer, status: .created)
    }

    private func update(_ request: Request, _ resource: FlameResource, _ id: String) async throws -> Response {
        let actor = try caller(request, at: resource.service)
        let body = try await request.flameBody()
        let answer = try state.change { state throws(FlameRefusal) in
            let row = try state.update(id, body, in: resource, by: actor)
            return FlamePresenter(state).written(row, of: resource)
        }
        return .json(answer, status: .accepted)
    }

    private func delete(_ request: Request, _ resource: FlameResource, _ id: String) throws -> Response {
        let actor = try caller(request, at: resource.service)
        let answer = try state.change { state throws(FlameRefusal) in
            let row = try state.remove(id, from: resource, by: actor)
            return FlamePresenter(state).written(row, of: resource)
        }
        return .json(answer, status: .accepted)
    }

    private func signIn(_ request: Request) async throws -> Response {
        guard request.method == .post else { throw FlameRefusal.unknownRoute }
        let form = try await request.flameForm()
        return .json(try state.change { state throws(FlameRefusal) in try state.signIn(form) })
    }

    /// Whoever sent the request.
    func caller(_ request: Request, at service: FlameService) throws -> FlameActor {
        let token = request.headers[.authorization].flatMap { header in
            header.hasPrefix("Bearer ") ? String(header.dropFirst("Bearer ".count)) : nil
        }
        return try state.change { state throws(FlameRefusal) in try state.actor(bearer: token, at: service) }
    }

    /// Realms and clients can be read by everybody (flame-hub.md, 4.11).
    private func reader(_ request: Request, _ resource: FlameResource) throws -> FlameActor? {
        let isPublic = ["realms", "clients"].contains(resource.name) && request.headers[.authorization] == nil
        return isPublic ? nil : try caller(request, at: resource.service)
    }
}

extension FlameState {
    /// Which records somebody may see; nil for all. Hub 0.8.21 shows analysis-nodes to their realms only; later ones
    /// show everything to everybody (flame-hub.md, 8.1).
    fileprivate func visibility(of resource: FlameResource, to actor: FlameActor?) -> ((FlameRow) -> Bool)? {
        guard release.isOld, resource.name == "analysis-nodes" else { return nil }
        return { row in
            actor?.mayWrite(realm: row["nodeRealmId"]) == true || actor?.mayWrite(realm: row["analysisRealmId"]) == true
        }
    }
}
