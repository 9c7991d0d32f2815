// SPDX-License-Identifier: Apache-2.0

extension FlameSeed {
    /// The time between two analyses, in milliseconds.
    private static let pace: Int64 = 60_000

    /// Makes analyses, one a minute up to now. Of the last ten, two are undecided and three are approved and not
    /// finished; all others are done.
    func makeAnalyses(_ count: Int, in state: inout FlameState) {
        let end = state.now()
        for number in 0..<max(0, count) {
            let age = count - 1 - number
            let part: [String: JSONValue] =
                switch age {
                case 0, 1: ["approvalStatus": .null]
                case 2, 3: ["approvalStatus": "approved"]
                case 4: ["approvalStatus": "approved", "executionStatus": "executing", "executionProgress": 40]
                default: ["approvalStatus": "approved", "executionStatus": "executed", "executionProgress": 100]
                }
            let name = JSONValue.string("analysis-\(number)")
            add(["name": name], part: part, time: end - Int64(age + 1) * Self.pace, in: &state)
        }
        state.change("projects", project, ["analyses": .integer(Int64(count))])
    }

    /// Makes an analysis of the seeded project in which the seeded node takes part.
    func addAnalysis(
        _ analysis: [String: JSONValue],
        part: [String: JSONValue],
        in state: inout FlameState
    ) -> (analysis: String, part: String) {
        add(analysis, part: part, time: nil, in: &state)
    }

    @discardableResult
    private func add(
        _ fields: [String: JSONValue],
        part: [String: JSONValue],
        time: Int64?,
        in state: inout FlameState
    ) -> (analysis: String, part: String) {
        let realm = state.row("projects", project)?["realmId"] ?? .null
        var values: [String: JSONValue] = [
            "projectId": .string(project), "realmId": realm, "userId": .string(researcher.id),
            "masterImageId": .string(masterImage), "nodes": 1, "configurationImageValid": true,
            "configurationLocked": true, "buildStatus": "executed", "distributionStatus": "executed",
        ]
        values.merge(fields) { $1 }
        let analysis = state.insert("analyses", values, time: time)
        var row: [String: JSONValue] = [
            "analysisId": .string(analysis.id), "nodeId": .string(node.id), "analysisRealmId": realm,
            "nodeRealmId": state.row("nodes", node.id)?["realmId"] ?? .null,
        ]
        row.merge(part) { $1 }
        return (analysis.id, state.insert("analysis-nodes", row, time: time).id)
    }
}
