// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation

/// Finds the node at the Hub that the configuration means (flame-hub.md, 5.1).
struct FlameNodeFinder: Sendable {
    let name: FlameNodeName
    let identity: FlameNodeIdentity
    let session: FlameSession

    /// The node's row.
    ///
    /// - Throws: `FlameHubError`, or ``FlameNodeError`` with `configuration` if there is no such node or more than one.
    func find() async throws -> ResourceRow<Node> {
        switch name {
        case .id(let id):
            guard let id = HubID<Node>(id), let row = try await session.core.nodes.row(id) else {
                throw FlameNodeError(.configuration, "the FLAME Hub has no node with the id that flame.node_id names")
            }
            return row
        case .name(let name, let realm):
            let filter: Filter<Node> = .name(name) && .realmID(try await realmID(realm))
            return try await only(filter, "with the name and the realm that flame.node_name and flame.realm give")
        case .client:
            return try await only(ofSignIn(), "that signs in as the configuration says; set flame.node_id")
        }
    }

    private func ofSignIn() throws -> Filter<Node> {
        switch identity {
        case .client(let text, _):
            if let id = HubID<Client>(text) { return .clientID(id) }
        case .robot(let text, _):
            if let id = HubID<Robot>(text) { return .robotID(id) }
        }
        throw FlameNodeError(.configuration, "flame.node_id is needed beside a client that is given by its name")
    }

    private func realmID(_ realm: String) async throws -> HubID<Realm> {
        if let id = HubID<Realm>(realm) { return id }
        guard let found = try await session.auth.realms.find(filter: .name(realm)).first else {
            throw FlameNodeError(.configuration, "the FLAME Hub has no realm with the name that flame.realm gives")
        }
        return found.id
    }

    private func only(_ filter: Filter<Node>, _ what: String) async throws -> ResourceRow<Node> {
        let rows = try await session.core.nodes.find(filter: filter).rows
        guard rows.count == 1 else {
            throw FlameNodeError(
                .configuration,
                "the FLAME Hub has \(rows.isEmpty ? "no node" : "several nodes") \(what)"
            )
        }
        return rows[0]
    }
}
