// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// Requests that are no plain reads and writes of records (flame-hub.md, 4).
extension SandboxFlameHub {
    /// Answers such a request; nil for any other.
    func special(_ request: Request, _ path: FlamePath) async throws -> Response? {
        let segments = path.segments
        switch (path.service, segments.count) {
        case (.core, 1) where segments[0] == "analysis-logs" || segments[0] == "analysis-node-logs":
            return try await logs(request, ofNodes: segments[0] == "analysis-node-logs")
        case (.core, 2) where segments == ["master-images", "command"]:
            return try await imageCommand(request)
        case (.core, 3) where segments == ["services", "registry", "command"]:
            return try await registryCommand(request)
        case (.core, 3) where segments[0] == "analyses" && segments[2] == "command":
            return try await analysisCommand(request, segments[1].lowercased())
        case (.core, 4) where segments[3] == "credentials" && !release.isOld:
            return try await credentials(request, segments)
        case (.storage, 3) where segments[0] == "buckets" && segments[2] == "upload":
            return try await upload(request, toBucket: segments[1].lowercased())
        case (.storage, 3) where segments[0] == "buckets" && segments[2] == "stream":
            return try streamBucket(request, segments[1].lowercased())
        case (.storage, 3) where segments[0] == "bucket-files" && segments[2] == "stream":
            return try streamFile(request, segments[1].lowercased())
        default: return nil
        }
    }

    /// The answer to a command that has nothing to say.
    private static let done = Response.json(.null, status: .accepted)

    private func command(_ request: Request) async throws -> (FlameActor, SentCommand) {
        guard request.method == .post else { throw FlameRefusal.unknownRoute }
        let actor = try caller(request, at: .core)
        let body = try await request.flameBody()
        let name = body["command"]?.stringValue ?? ""
        return (actor, SentCommand(name: name, id: body["id"]?.stringValue?.lowercased()))
    }

    private func analysisCommand(_ request: Request, _ id: String) async throws -> Response {
        let (actor, command) = try await command(request)
        let answer = try state.change { state throws(FlameRefusal) in
            let row = try state.run(command.name, onAnalysis: id, by: actor)
            guard let resource = state.table("analyses")?.resource else { throw .unknownRoute }
            return FlamePresenter(state).written(row, of: resource)
        }
        return .json(answer, status: .accepted)
    }

    private func imageCommand(_ request: Request) async throws -> Response {
        let (actor, command) = try await command(request)
        try actor.require("master_image_manage")
        switch command.name {
        case "sync": break
        case "build":
            try state.change { state in
                guard let image = state.row("master-images", command.id) else {
                    throw FlameRefusal.notFound("master-image")
                }
                state.change("master-images", image.id, ["buildStatus": "starting", "buildProgress": 0])
                state.jobs.append(.buildImage(image.id))
            }
        default: throw FlameRefusal.invalid([FlameIssue("value_invalid", "command", "Invalid input")])
        }
        return Self.done
    }

    private func registryCommand(_ request: Request) async throws -> Response {
        let (actor, command) = try await command(request)
        try actor.require("registry_manage")
        try state.change { state in
            guard let registry = state.row("registries", command.id) else { throw FlameRefusal.notFound("registry") }
            switch command.name {
            case "setup": state.setUp(registry: registry.id)
            case "cleanup": state.cleanUp(registry: registry.id)
            default: throw FlameRefusal.invalid([FlameIssue("value_invalid", "command", "Invalid input")])
            }
        }
        return Self.done
    }
}

/// What a command's body says.
private struct SentCommand: Sendable {
    let name: String
    let id: String?
}
