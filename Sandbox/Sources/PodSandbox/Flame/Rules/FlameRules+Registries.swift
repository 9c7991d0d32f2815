// SPDX-License-Identifier: Apache-2.0

/// Registries and the projects in them (flame-hub.md, 4.10).
extension FlameRules {
    static let registries: FlameRules = {
        var rules = FlameRules()
        rules.create = { (_, _, actor) throws(FlameRefusal) in try actor.require("registry_manage") }
        rules.update = { (_, _, _, actor) throws(FlameRefusal) in try actor.require("registry_manage") }
        rules.delete = { (_, _, actor) throws(FlameRefusal) in try actor.require("registry_manage") }
        rules.deleted = { state, row in
            if state.switches.defaultRegistry == row.id { state.switches.defaultRegistry = nil }
        }
        rules.reveal = { (_, _, actor) throws(FlameRefusal) in try actor.require("registry_manage") }
        return rules
    }()

    static let registryProjects: FlameRules = {
        var rules = FlameRules()
        rules.create = { (_, values, actor) throws(FlameRefusal) in
            try actor.require("registry_project_manage")
            let name = values["externalName"]?.stringValue ?? ""
            values["realmId"] = .string(actor.realmID)
            values["accountName"] = .string("robot$\(name)")
            values["accountSecret"] = .string(SandboxIDs.secret(bytes: 16))
        }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            let action = "update this registry-project"
            try actor.require("registry_project_manage", realm: row["realmId"], to: action)
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            let action = "delete this registry-project"
            try actor.require("registry_project_manage", realm: row["realmId"], to: action)
        }
        rules.reveal = { (state, row, actor) throws(FlameRefusal) in
            let isOwn = state.rows("nodes", "clientId", actor.id).contains {
                $0.reference("registryProjectId") == row.id
            }
            guard !isOwn else { return }
            try actor.require("registry_manage")
        }
        return rules
    }()
}
