// SPDX-License-Identifier: Apache-2.0

/// What a crash test at the FLAME Hub found.
package struct FlameCrashVerdict: Sendable {
    /// This node's part in an analysis, as the Hub has it in the end.
    package struct Part: Sendable {
        /// The id of the part.
        let id: String
        /// The decision.
        let approval: String?
        /// How far the node is.
        let status: String?
        /// How many writes changed it.
        let writes: Int

        init(id: String, approval: String?, status: String?, writes: Int) {
            self.id = id
            self.approval = approval
            self.status = status
            self.writes = writes
        }

        /// - Parameters:
        ///   - analysis: The id of the analysis.
        ///   - part: The id of the part.
        ///   - hub: Where they are.
        init(analysis: String, part: String, at hub: SandboxFlameHub) {
            let row = hub.record("analysis-nodes", part)
            self.init(
                id: part,
                approval: row?["approvalStatus"]?.stringValue,
                status: row?["executionStatus"]?.stringValue,
                // The Hub makes an event of every write that changes something.
                writes: hub.records("analysis-node-events", where: ["analysisId": .string(analysis)]).count
            )
        }
    }

    /// How many analyses there were.
    package let analyses: Int
    /// How often the agent was killed.
    package let agentKills: Int
    /// How many commands were killed.
    package let commandKills: Int
    /// How many decisions the Hub had already when they were sent again.
    package let foundAtHub: Int
    /// What must never be, each as a sentence.
    package let violations: [String]

    init(agentKills: Int, commandKills: Int, parts: [Part], entries: [ListedEntry]) {
        analyses = parts.count
        self.agentKills = agentKills
        self.commandKills = commandKills
        foundAtHub = entries.count { $0.reason == "already-there" }
        violations = parts.flatMap { part in
            let recorded = entries.filter { $0.ref?.contains(part.id) == true }.compactMap(\.reason)
            return Self.violations(of: part, recorded)
        }
    }

    private static func violations(of part: Part, _ recorded: [String]) -> [String] {
        var found: [String] = []
        if part.approval != "approved" { found.append("is \(part.approval ?? "undecided") at the Hub") }
        if part.status != "starting" { found.append("is \(part.status ?? "not begun") at the Hub") }
        if part.writes != 2 { found.append("was changed \(part.writes) times at the Hub instead of twice") }
        let delivered = recorded.map { $0 == "already-there" ? "sent" : $0 }.sorted()
        if delivered != ["arrived", "decided", "reported", "sent"] {
            found.append("has the entries \(recorded.joined(separator: ", "))")
        }
        return found.map { "part \(part.id) \($0)" }
    }

    /// A few lines for people.
    package var summary: String {
        let figures =
            "\(agentKills) kills of the agent and \(commandKills) of commands, \(analyses) approvals and as many reports, "
            + "\(foundAtHub) approvals found at the Hub after a crash"
        let findings =
            violations.isEmpty
            ? ["Every approval and every report took effect exactly once, and is recorded exactly once."] : violations
        return ([figures] + findings).joined(separator: "\n")
    }
}
