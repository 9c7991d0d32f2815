// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The credentials of nodes and analyses; their answers come without an envelope
/// (flame-hub.md, 4.4 and 4.6).
extension SandboxFlameHub {
    /// Answers `<collection>/<id>/client/credentials` and `nodes/<id>/registry/credentials`.
    func credentials(_ request: Request, _ segments: [String]) async throws -> Response {
        let (collection, id, kind) = (segments[0], segments[1].lowercased(), segments[2])
        let actor = try caller(request, at: .core)
        switch (request.method, collection, kind) {
        case (.get, "nodes", "registry"):
            return .json(try state.read { state in try state.registryCredentials(ofNode: id, for: actor) })
        case (.get, "nodes", "client"), (.get, "analyses", "client"):
            return .json(
                try state.read { state in
                    let row = try state.owner(collection, id)
                    try state.check(actor, mayRead: true, credentialsOf: row, in: collection)
                    return try state.clientCredentials(of: row)
                }
            )
        case (.post, "nodes", "client"), (.post, "analyses", "client"):
            let body = try await request.flameBody()
            return .json(
                try state.change { state throws(FlameRefusal) in
                    let row = try state.owner(collection, id)
                    try state.check(actor, mayRead: false, credentialsOf: row, in: collection)
                    return try state.rotate(clientOf: row, body, changesName: collection == "nodes")
                }
            )
        default: throw FlameRefusal.unknownRoute
        }
    }
}

extension FlameState {
    fileprivate func owner(_ collection: String, _ id: String) throws(FlameRefusal) -> FlameRow {
        guard let row = row(collection, id) else { throw .notFound(collection == "nodes" ? "node" : "analysis") }
        return row
    }

    /// The node's own client may read and write; of an analysis, the clients of approved nodes may read.
    fileprivate func check(
        _ actor: FlameActor,
        mayRead isRead: Bool,
        credentialsOf row: FlameRow,
        in collection: String
    ) throws(FlameRefusal) {
        let isOwn: Bool
        if collection == "nodes" {
            isOwn = row.reference("clientId") == actor.id
        } else {
            isOwn =
                isRead
                && rows("analysis-nodes", "analysisId", row.id).contains { part in
                    part["approvalStatus"] == "approved"
                        && self.row("nodes", part.reference("nodeId"))?.reference("clientId") == actor.id
                }
        }
        let permission = collection == "nodes" ? "node_update" : "analysis_update"
        guard isOwn || actor.holds(permission) && actor.mayWrite(realm: row["realmId"]) else {
            throw .denied("see these credentials")
        }
    }

    private func client(of row: FlameRow) throws(FlameRefusal) -> FlameRow {
        guard let client = self.row("clients", row.reference("clientId")) else {
            throw .badRequest("There is no client yet.")
        }
        return client
    }

    fileprivate func clientCredentials(of row: FlameRow) throws(FlameRefusal) -> JSONValue {
        let client = try client(of: row)
        return [
            "id": .string(client.id), "name": client["name"], "displayName": client["displayName"],
            "secret": client["secret"],
        ]
    }

    /// Every call makes another secret, unless one is given.
    fileprivate mutating func rotate(
        clientOf row: FlameRow,
        _ body: [String: JSONValue],
        changesName: Bool
    ) throws(FlameRefusal) -> JSONValue {
        let client = try client(of: row)
        guard let resource = table("clients")?.resource else { throw .unknownRoute }
        var changes: [String: JSONValue] = ["secret": .string(SandboxIDs.secret(bytes: 32))]
        for name in changesName ? ["secret", "name", "displayName"] : ["secret"] {
            guard let value = body[name], value != .null, let field = resource.field(name) else { continue }
            guard let accepted = field.accepted(value) else { throw .invalid([field.issue(for: value)]) }
            changes[name] = accepted
        }
        change("clients", client.id, changes)
        return try clientCredentials(of: row)
    }

    fileprivate func registryCredentials(ofNode id: String, for actor: FlameActor) throws(FlameRefusal) -> JSONValue {
        let node = try owner("nodes", id)
        guard node.reference("clientId") == actor.id || actor.holds("registry_manage") else {
            throw .denied("see these credentials")
        }
        guard let project = row("registry-projects", node.reference("registryProjectId")),
            let registry = row("registries", project.reference("registryId"))
        else { throw .badRequest("The node has no registry project yet.") }
        return [
            "host": registry["host"], "externalName": project["externalName"],
            "accountName": project["accountName"], "accountSecret": project["accountSecret"],
        ]
    }
}
