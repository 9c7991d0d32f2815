// SPDX-License-Identifier: Apache-2.0

/// The nodes of analyses (flame-hub.md, 4.7 and 5.5).
extension FlameRules {
    static let analysisNodes: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            try actor.require("analysis_update")
            guard let analysis = state.row("analyses", values["analysisId"]?.stringValue),
                let node = state.row("nodes", values["nodeId"]?.stringValue)
            else { return }
            guard !analysis.flag("configurationLocked") else { throw .badRequest("The analysis is locked.") }
            let isInProject = state.rows("project-nodes", "projectId", analysis.text("projectId"))
                .contains { $0.reference("nodeId") == node.id }
            guard isInProject else { throw .notFound("project-node") }
            values["analysisRealmId"] = analysis["realmId"]
            values["nodeRealmId"] = node["realmId"]
            if node["type"] == "aggregator" || state.switches.skipsAnalysisApproval {
                values["approvalStatus"] = "approved"
            }
        }
        rules.existing = { state, values in
            // Before hub 0.10.1 a second row for the same pair was a conflict.
            state.release.isOld
                ? nil
                : state.rows("analysis-nodes", "analysisId", values["analysisId"] ?? .null)
                    .first { $0["nodeId"] == values["nodeId"] }
        }
        rules.created = { state, row, _ in
            state.jobs.append(.recalculate(analysis: row.text("analysisId")))
        }
        rules.update = { (state, row, values, actor) throws(FlameRefusal) in
            let isOfNode = actor.mayWrite(realm: row["nodeRealmId"])
            guard isOfNode || actor.mayWrite(realm: row["analysisRealmId"]) else {
                throw .denied("update this analysis-node")
            }
            guard actor.holds("analysis_update") || actor.holds("analysis_approve") else {
                throw .denied("update this analysis-node")
            }
            if values.keys.contains("approvalStatus") || values.keys.contains("comment") {
                try actor.require("analysis_approve")
                guard isOfNode else { throw .lacking("analysis_approve") }
            }
            if values.keys.contains("executionStatus") {
                try actor.require("analysis_update")
                guard isOfNode else { throw .lacking("analysis_update") }
            }
        }
        rules.updated = { state, old, new in
            guard old != new else { return }
            state.jobs.append(.recalculate(analysis: new.text("analysisId")))
            state.insert("analysis-node-events", ["analysisId": new["analysisId"], "nodeId": new["nodeId"]])
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            guard actor.holds("analysis_update") || actor.holds("analysis_approve") else {
                throw .lacking("analysis_update")
            }
            guard actor.mayWrite(realm: row["nodeRealmId"]) || actor.mayWrite(realm: row["analysisRealmId"]) else {
                throw .denied("delete this analysis-node")
            }
        }
        rules.deleted = { state, row in
            state.logs.removeAll(of: FlameLogs.Subject(analysis: row.text("analysisId"), node: row.text("nodeId")))
            state.jobs.append(.recalculate(analysis: row.text("analysisId")))
        }
        return rules
    }()
}
