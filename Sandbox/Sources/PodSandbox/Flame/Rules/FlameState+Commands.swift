// SPDX-License-Identifier: Apache-2.0

/// Commands to analyses, and when they are refused (flame-hub.md, 5.5).
extension FlameState {
    private static let unfinished: [JSONValue] = [.null, "failed", "stopped"]

    /// Does a command and answers the analysis as it is then.
    mutating func run(
        _ command: String,
        onAnalysis id: String,
        by actor: FlameActor
    ) throws(FlameRefusal) -> FlameRow {
        guard let found = row("analyses", id) else { throw .notFound("analysis") }
        try actor.require("analysis_update", realm: found["realmId"], to: "command this analysis")
        recalculate(analysis: id)
        let analysis = row("analyses", id) ?? found
        switch command {
        case "configurationLock": try lock(analysis)
        case "configurationUnlock": try unlock(analysis)
        case "buildStart": try startBuild(analysis)
        case "buildStop" where release.isOld: try stopBuild(analysis)
        case "distributionStart" where !release.isOld: try startDistribution(analysis)
        case "buildStatus" where release.isOld: break
        case "buildCheck" where !release.isOld, "distributionCheck" where !release.isOld: break
        case "storageCheck" where !release.isOld: try checkStorage(analysis)
        default: throw .invalid([FlameIssue("value_invalid", "command", "Invalid input")])
        }
        return row("analyses", id) ?? analysis
    }

    private mutating func lock(_ analysis: FlameRow) throws(FlameRefusal) {
        let conditions = [
            "configurationNodeDefaultValid", "configurationNodeAggregatorValid", "configurationEntrypointValid",
            "configurationImageValid",
        ]
        guard !analysis.flag("configurationLocked") else { throw .badRequest("The analysis is locked already.") }
        guard analysis["buildStatus"] == .null else { throw .badRequest("The analysis is being built or was built.") }
        if let missing = conditions.first(where: { !analysis.flag($0) }) {
            throw .badRequest("The analysis can't be locked: \(missing) is not met.")
        }
        change("analyses", analysis.id, ["configurationLocked": true])
    }

    /// Unlocking takes back what was approved.
    private mutating func unlock(_ analysis: FlameRow) throws(FlameRefusal) {
        guard (Self.unfinished + ["stopping"]).contains(analysis["buildStatus"]) else {
            throw .badRequest("The analysis is being built or was built.")
        }
        change("analyses", analysis.id, ["configurationLocked": false])
        for part in rows("analysis-nodes", "analysisId", analysis.id)
        where row("nodes", part.reference("nodeId"))?["type"] != "aggregator" {
            change("analysis-nodes", part.id, ["approvalStatus": .null])
        }
        recalculate(analysis: analysis.id)
    }

    private mutating func startBuild(_ analysis: FlameRow) throws(FlameRefusal) {
        let parts = rows("analysis-nodes", "analysisId", analysis.id)
        guard analysis.flag("configurationLocked") else { throw .badRequest("The analysis is not locked.") }
        guard !parts.isEmpty, parts.allSatisfy({ $0["approvalStatus"] == "approved" }) else {
            throw .badRequest("Not all nodes have approved the analysis.")
        }
        guard Self.unfinished.contains(analysis["buildStatus"]) else {
            throw .badRequest("The analysis is being built or was built.")
        }
        change("analyses", analysis.id, ["buildStatus": "starting", "buildProgress": 0])
        jobs.append(.build(analysis: analysis.id))
    }

    private mutating func stopBuild(_ analysis: FlameRow) throws(FlameRefusal) {
        guard ["starting", "started"].contains(analysis["buildStatus"]) else {
            throw .badRequest("The analysis is not being built.")
        }
        change("analyses", analysis.id, ["buildStatus": "stopped"])
    }

    private mutating func startDistribution(_ analysis: FlameRow) throws(FlameRefusal) {
        guard analysis["buildStatus"] == "executed" else { throw .badRequest("The analysis was not built.") }
        guard Self.unfinished.contains(analysis["distributionStatus"]) else {
            throw .badRequest("The analysis is being distributed or was distributed.")
        }
        let parts = rows("analysis-nodes", "analysisId", analysis.id)
        guard parts.allSatisfy({ row("nodes", $0.reference("nodeId"))?["registryId"] != .null }) else {
            let message = "A node of the analysis has no registry."
            throw FlameRefusal(400, "analysis_node_registry_unassigned", message)
        }
        change("analyses", analysis.id, ["distributionStatus": "starting", "distributionProgress": 0])
        jobs.append(.distribute(analysis: analysis.id))
    }

    private mutating func checkStorage(_ analysis: FlameRow) throws(FlameRefusal) {
        guard rows("analysis-buckets", "analysisId", analysis.id).isEmpty else { return }
        jobs.append(.makeBuckets(analysis: analysis.id))
    }

    // MARK: Registries

    private static let registryProjectTypes = ["incoming", "outgoing", "masterImages"]

    /// Makes the three projects that every registry has.
    mutating func setUp(registry id: String) {
        let master = rows("realms", "name", "master").first?.id
        for type in Self.registryProjectTypes
        where !rows("registry-projects", "registryId", id).contains(where: { $0["type"] == .string(type) }) {
            let name = FlameNaming.snake(type).replacing("_", with: "-")
            insert(
                "registry-projects",
                [
                    "name": .string(name), "type": .string(type), "registryId": .string(id),
                    "externalName": .string(name), "realmId": master.map(JSONValue.string) ?? .null,
                ]
            )
        }
    }

    mutating func cleanUp(registry id: String) {
        for project in rows("registry-projects", "registryId", id)
        where Self.registryProjectTypes.contains(project.text("type")) {
            delete("registry-projects", project.id)
        }
    }
}
