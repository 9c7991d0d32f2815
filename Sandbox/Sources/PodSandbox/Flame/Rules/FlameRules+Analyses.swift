// SPDX-License-Identifier: Apache-2.0

/// Analyses (flame-hub.md, 4.6 and 5.4).
extension FlameRules {
    static let analyses: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            try actor.require("analysis_create")
            guard actor.kind == .user else { throw .denied("create analyses: only users may") }
            values["realmId"] = .string(actor.realmID)
            values["userId"] = .string(actor.id)
            if values["name"] == nil { values["name"] = .string("analysis-\(SandboxIDs.secret(bytes: 6))") }
            values["configurationImageValid"] = .bool(values["masterImageId"] != nil)
        }
        rules.created = { state, row, _ in state.setUp(row) }
        rules.update = { (_, row, values, actor) throws(FlameRefusal) in
            try actor.require("analysis_update", realm: row["realmId"], to: "update this analysis")
            if let registry = values["registryId"], row["registryId"] != .null, registry != row["registryId"] {
                throw .badRequest("The registry of an analysis can't be changed.")
            }
            if let image = values["masterImageId"], image != row["masterImageId"] {
                values["configurationImageValid"] = .bool(image != .null)
                if values["imageCommandArguments"] == nil { values["imageCommandArguments"] = [] }
            }
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.require("analysis_delete", realm: row["realmId"], to: "delete this analysis")
        }
        rules.deleted = { state, row in
            state.countAnalyses(ofProject: row.text("projectId"))
            if let client = row.reference("clientId") { state.delete("clients", client) }
        }
        return rules
    }()
}

extension FlameState {
    fileprivate mutating func countAnalyses(ofProject id: String) {
        change("projects", id, ["analyses": .integer(Int64(rows("analyses", "projectId", id).count))])
    }

    /// Gives a new analysis its account, its nodes and, later, its buckets.
    fileprivate mutating func setUp(_ analysis: FlameRow) {
        countAnalyses(ofProject: analysis.text("projectId"))
        jobs.append(.makeBuckets(analysis: analysis.id))
        guard !release.isOld else { return }
        let account = insert(
            "clients",
            [
                "name": .string(analysis.id), "displayName": analysis["name"], "realmId": analysis["realmId"],
                "secret": .string(SandboxIDs.secret(bytes: 32)),
            ]
        )
        change("analyses", analysis.id, ["clientId": .string(account.id)])
        let approved = rows("project-nodes", "projectId", analysis.text("projectId"))
            .filter { $0["approvalStatus"] == "approved" }
        for node in approved { addNode(node.text("nodeId"), to: analysis) }
        recalculate(analysis: analysis.id)
    }

    /// Lets a node take part in an analysis; those that aggregate need no approval.
    @discardableResult
    mutating func addNode(_ id: String, to analysis: FlameRow) -> FlameRow? {
        guard let node = row("nodes", id) else { return nil }
        let isApproved = node["type"] == "aggregator" || switches.skipsAnalysisApproval
        return insert(
            "analysis-nodes",
            [
                "analysisId": .string(analysis.id), "nodeId": .string(id),
                "approvalStatus": isApproved ? "approved" : .null, "analysisRealmId": analysis["realmId"],
                "nodeRealmId": node["realmId"],
            ]
        )
    }

    /// Brings what an analysis says about its nodes up to date (flame-hub.md, 5.5).
    mutating func recalculate(analysis id: String) {
        guard let analysis = row("analyses", id) else { return }
        let parts = rows("analysis-nodes", "analysisId", id)
        let types = parts.compactMap { row("nodes", $0.reference("nodeId"))?["type"] }
        let approved = parts.filter { $0["approvalStatus"] == "approved" }.count
        let hasAggregator = types.contains("aggregator")
        let hasDefault = types.contains("default")
        change(
            "analyses",
            id,
            [
                "nodes": .integer(Int64(parts.count)), "nodesApproved": .integer(Int64(approved)),
                "configurationNodeAggregatorValid": .bool(hasAggregator),
                "configurationNodeDefaultValid": .bool(hasDefault),
                "configurationNodesValid": .bool(hasAggregator && hasDefault),
                "buildNodesValid": .bool(!parts.isEmpty && approved == parts.count),
                "configurationImageValid": .bool(analysis["masterImageId"] != .null),
                "executionStatus": Self.leastStatus(of: parts.map { $0["executionStatus"] }),
                "executionProgress": Self.meanProgress(of: parts.map { $0["executionProgress"] }),
            ]
        )
    }

    private static func leastStatus(of statuses: [JSONValue]) -> JSONValue {
        if statuses.contains("failed") { return "failed" }
        let ranks: [JSONValue] = ["starting", "started", "stopping", "stopped", "executing", "executed"]
        return ranks.first { statuses.contains($0) } ?? .null
    }

    private static func meanProgress(of values: [JSONValue]) -> JSONValue {
        let numbers = values.compactMap(\.integerValue)
        guard !numbers.isEmpty else { return .null }
        return .integer(numbers.reduce(0, +) / Int64(values.count))
    }
}
