// SPDX-License-Identifier: Apache-2.0

/// Projects, and the nodes that take part in them (flame-hub.md, 4.5 and 5.5).
extension FlameRules {
    static let projects: FlameRules = {
        var rules = FlameRules()
        rules.create = { (_, values, actor) throws(FlameRefusal) in
            try actor.require("project_create")
            values["realmId"] = .string(actor.realmID)
            values[actor.kind == .user ? "userId" : "clientId"] = .string(actor.id)
            if values["name"] == nil { values["name"] = .string("project-\(SandboxIDs.secret(bytes: 6))") }
        }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            try actor.require("project_update", realm: row["realmId"], to: "update this project")
        }
        rules.delete = { (state, row, actor) throws(FlameRefusal) in
            try actor.require("project_delete", realm: row["realmId"], to: "delete this project")
            guard state.rows("analyses", "projectId", row.id).isEmpty else {
                throw .badRequest("The project has analyses and can't be deleted.")
            }
        }
        return rules
    }()

    static let projectNodes: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            try actor.require("project_create")
            try actor.require("project_update")
            guard let project = state.row("projects", values["projectId"]?.stringValue),
                let node = state.row("nodes", values["nodeId"]?.stringValue)
            else { return }
            guard actor.mayWrite(realm: project["realmId"]) else { throw .denied("add nodes to this project") }
            values["projectRealmId"] = project["realmId"]
            values["nodeRealmId"] = node["realmId"]
            if node["type"] == "aggregator" || state.switches.skipsProjectApproval {
                values["approvalStatus"] = "approved"
            }
        }
        rules.created = { state, row, _ in state.countNodes(ofProject: row.text("projectId")) }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            try actor.require("project_approve", realm: row["nodeRealmId"], to: "decide about this project")
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.require("project_create")
            try actor.require("project_update")
            guard actor.mayWrite(realm: row["projectRealmId"]) || actor.mayWrite(realm: row["nodeRealmId"]) else {
                throw .denied("remove this node from the project")
            }
        }
        rules.deleted = { state, row in state.countNodes(ofProject: row.text("projectId")) }
        return rules
    }()
}

extension FlameState {
    fileprivate mutating func countNodes(ofProject id: String) {
        change("projects", id, ["nodes": .integer(Int64(rows("project-nodes", "projectId", id).count))])
    }
}
