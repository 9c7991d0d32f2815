// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Nodes: each has an account at Auth and, with a registry, a project there (flame-hub.md, 5.1).
extension FlameRules {
    static let nodes: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            let realm = values["realmId"] ?? .string(actor.realmID)
            try actor.require("node_create", realm: realm, to: "create this node")
            values["realmId"] = realm
            if values["registryId"] == nil {
                values["registryId"] = state.switches.defaultRegistry.map(JSONValue.string)
            }
            if values["registryId"] != nil, values["externalName"] == nil {
                values["externalName"] = .string(String(SandboxIDs.secret(bytes: 11).prefix(21)))
            }
            values["publicKey"] = values["publicKey"].map(hexadecimal)
        }
        rules.created = { state, row, _ in state.equip(row) }
        rules.update = { (_, row, values, actor) throws(FlameRefusal) in
            try actor.require("node_update", realm: row["realmId"], to: "update this node")
            values["publicKey"] = values["publicKey"].map(hexadecimal)
        }
        rules.updated = { state, old, new in
            state.syncGrants(of: new)
            guard old["registryId"] != new["registryId"] else { return }
            if let project = old.reference("registryProjectId") { state.delete("registry-projects", project) }
            if let row = state.change("nodes", new.id, ["registryProjectId": .null]) {
                state.makeRegistryProject(of: row)
            }
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.require("node_delete", realm: row["realmId"], to: "delete this node")
        }
        rules.deleted = { state, row in
            if let account = row.reference("clientId") {
                state.delete(state.release.isOld ? "robots" : "clients", account)
            }
            if let project = row.reference("registryProjectId") { state.delete("registry-projects", project) }
        }
        return rules
    }()

    /// A public key is kept as the hexadecimal form of its text (flame-hub.md, 5.2).
    private static func hexadecimal(_ value: JSONValue) -> JSONValue {
        guard let text = value.stringValue, !text.allSatisfy(\.isHexDigit) else { return value }
        return .string(text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}

extension FlameState {
    /// What the Hub lets the account of a node do.
    private var nodeGrants: Set<String> {
        release.isOld ? ["analysis_approve", "analysis_update", "project_approve"] : ["analysis_update"]
    }

    /// Gives a new node its account and, with a registry, its project there.
    mutating func equip(_ node: FlameRow) {
        makeAccount(of: node)
        makeRegistryProject(of: node)
    }

    /// Makes the client, or at hub 0.8 the robot, of a node; it is named after the node's id.
    private mutating func makeAccount(of node: FlameRow) {
        let account = insert(
            release.isOld ? "robots" : "clients",
            [
                "name": .string(node.id), "displayName": node["name"], "realmId": node["realmId"],
                "secret": .string(SandboxIDs.secret(bytes: 32)),
            ]
        )
        change("nodes", node.id, ["clientId": .string(account.id)])
        grants[account.id] = nodeGrants
    }

    /// Every save of a node brings its account's permissions back to what the Hub wants.
    fileprivate mutating func syncGrants(of node: FlameRow) {
        if let account = node.reference("clientId") { grants[account] = nodeGrants }
    }

    /// Makes the project of a node in its registry.
    fileprivate mutating func makeRegistryProject(of node: FlameRow) {
        guard let registry = node.reference("registryId"), let name = node.reference("externalName") else { return }
        let project = insert(
            "registry-projects",
            [
                "name": .string("node-\(name)"), "type": "node", "registryId": .string(registry),
                "externalName": .string(name), "accountName": .string("robot$\(name)"),
                "accountSecret": .string(SandboxIDs.secret(bytes: 16)), "realmId": node["realmId"],
            ]
        )
        change("nodes", node.id, ["registryProjectId": .string(project.id)])
    }
}
