// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The FLAME node, shown: a project and an analysis arrive, and the data owner decides, consents and reports on the
/// command line. Every step builds on those before it.
package struct FlameDemo: Sendable {
    /// What the names of all steps begin with.
    package static let name = "FLAME"

    let hub: SandboxFlameHub
    let command: AgentCommand
    let print: @Sendable (String) -> Void

    /// What came of each step, the reasons in the audit log included.
    func run() async throws -> [ScenarioResult] {
        var results = try await decideProject()
        let analysis = hub.addAnalysis(["name": "kidney-model"])
        results += try await decide(analysis)
        results += try await execute(analysis)
        results += try await refuse()
        try await show(["flame", "status"])
        try await show(["audit", "list"] + Self.types.flatMap { ["--type", $0] })
        return results
    }

    // MARK: Steps

    private typealias Analysis = (analysis: String, part: String)

    private func decideProject() async throws -> [ScenarioResult] {
        let part = hub.addProject("kidney-study")
        return [
            try await step("a project arrives", undecided, "arrived", .project, part) { try await arrival(of: part) },
            try await step("a project is approved", "exit 0, approved at the Hub", sent, .approval, part) {
                try await decide("approve", "project-nodes", part)
            },
        ]
    }

    private func decide(_ analysis: Analysis) async throws -> [ScenarioResult] {
        let part = analysis.part
        var results = [
            try await step("an analysis arrives", undecided, "arrived", .analysis, part) {
                try await arrival(of: part)
            },
            try await step("a start without approval", "exit 77, nothing at the Hub", none, .analysis, part) {
                try await report(analysis, [["--status", "starting"]])
            },
        ]
        hub.change("analyses", analysis.analysis, ["buildHash": "another"])
        let changed = "decided, changed-since-shown"
        results += [
            try await step("an approval of what has changed", "exit 65, nothing at the Hub", changed, .approval, part) {
                try await decide("approve", "analysis-nodes", part)
            },
            try await step("it is approved after another look", "exit 0, approved at the Hub", sent, .approval, part) {
                _ = try await arrival(of: part)
                return try await decide("approve", "analysis-nodes", part)
            },
        ]
        return results
    }

    private func execute(_ analysis: Analysis) async throws -> [ScenarioResult] {
        let (id, part) = analysis
        let reported = "reported"
        return [
            try await step("a start without consent", "exit 77, nothing at the Hub", none, .analysis, part) {
                try await report(analysis, [["--status", "starting"]])
            },
            try await step("consent is given", "exit 0, nothing in the way", "consent-granted", .analysis, id) {
                try await consent("grant", to: id)
            },
            try await step(
                "the image changes after the consent",
                "exit 77, nothing at the Hub",
                "changed, consent-withdrawn",
                .analysis,
                id
            ) {
                hub.change("analyses", id, ["buildHash": "sha256:changed"])
                return try await report(analysis, [["--status", "starting"]])
            },
            try await step(
                "consent is given to what it is now",
                "exit 0, nothing in the way",
                "consent-granted",
                .analysis,
                id
            ) { try await consent("grant", to: id) },
            try await step("the analysis starts", "exit 0, starting at the Hub", reported, .analysis, part) {
                try await report(analysis, [["--status", "starting"]])
            },
            try await step(
                "it is executed",
                "exit 0, executed at the Hub",
                "\(reported), \(reported), \(reported)",
                .analysis,
                part
            ) {
                let executing = ["--status", "executing", "--progress", "40"]
                return try await report(analysis, [["--status", "started"], executing, ["--status", "executed"]])
            },
            try await step("consent is taken back", "exit 0, no-consent", "consent-withdrawn", .analysis, id) {
                try await consent("withdraw", to: id)
            },
        ]
    }

    private func refuse() async throws -> [ScenarioResult] {
        let part = hub.addAnalysis(["name": "unwanted-model"]).part
        return [
            try await step("an analysis is rejected", "exit 0, rejected at the Hub", sent, .approval, part) {
                _ = try await arrival(of: part)
                return try await decide("reject", "analysis-nodes", part, ["--comment", "not our question"])
            }
        ]
    }

    private let undecided = "waits for a decision"
    private let sent = "decided, sent"
    private let none = "none"

    // MARK: What the data owner does

    /// Looks at the list of approvals until the part is there.
    private func arrival(of part: String) async throws -> String {
        try await within(.seconds(60), "part \(part) that waits for a decision") {
            while true {
                let approvals = try await command.json(["flame", "approvals", "list"]).arrayValue ?? []
                if approvals.contains(where: { $0.objectValue?["part"]?.stringValue == part }) { return }
            }
        }
        try await show(["flame", "approvals", "list"])
        return undecided
    }

    private func decide(
        _ decision: String,
        _ collection: String,
        _ part: String,
        _ options: [String] = []
    ) async throws -> String {
        let result = try await show(["flame", "approvals", decision, part] + options)
        return "exit \(result.status), \(atHub(collection, part, "approvalStatus"))"
    }

    /// Says how far the node is, one report after the other, until one is refused.
    private func report(
        _ analysis: Analysis,
        _ reports: [[String]]
    ) async throws -> String {
        var status: Int32 = 0
        for report in reports where status == 0 {
            status = try await show(["flame", "analyses", "report", analysis.analysis] + report).status
        }
        return "exit \(status), \(atHub("analysis-nodes", analysis.part, "executionStatus"))"
    }

    private func consent(_ verb: String, to analysis: String) async throws -> String {
        if verb == "grant" { try await show(["flame", "consent", "show", analysis]) }
        let result = try await show(["flame", "consent", verb, "analysis", analysis])
        let view = try await command.json(["flame", "analyses", "show", analysis])
        let blockers = view.objectValue?["blocked_by"]?.arrayValue?.compactMap(\.stringValue) ?? ["unknown"]
        return "exit \(result.status), \(blockers.isEmpty ? "nothing in the way" : blockers.joined(separator: ", "))"
    }

    private func atHub(_ collection: String, _ id: String, _ field: String) -> String {
        "\(hub.record(collection, id)?[field]?.stringValue ?? "nothing") at the Hub"
    }

    // MARK: What is looked at

    /// The types of the entries that the steps leave in the audit log.
    private enum EntryType: String, CaseIterable {
        case project = "flame.project"
        case analysis = "flame.analysis"
        case approval = "flame.approval"
    }

    private static let types = EntryType.allCases.map(\.rawValue)

    /// Does a step, and looks up the reasons of the entries that it leaves.
    ///
    /// - Parameters:
    ///   - answer: What is to happen.
    ///   - reasons: The reasons of the entries that it has to leave, in order.
    ///   - type: The type of the entries.
    ///   - id: What they are about.
    private func step(
        _ name: String,
        _ answer: String,
        _ reasons: String,
        _ type: EntryType,
        _ id: String,
        _ perform: () async throws -> String
    ) async throws -> ScenarioResult {
        print("# \(Self.name): \(name)")
        let before = try await entries(type, id).count
        var result: String
        do {
            result = try await perform()
        } catch {
            result = "trouble: \(error)"
        }
        let left = try await entries(type, id).dropFirst(before).compactMap(\.reason)
        return ScenarioResult(
            name: "\(Self.name): \(name)",
            expected: Scenario.Expectation(answer, reasons),
            answer: result,
            taskID: nil,
            reason: left.isEmpty ? none : left.joined(separator: ", ")
        )
    }

    private func entries(_ type: EntryType, _ id: String) async throws -> [ListedEntry] {
        try await command.auditEntries(types: [type.rawValue]).filter { $0.ref?.contains(":\(id)") == true }
    }

    /// Runs a command and shows it, and what it says.
    @discardableResult
    private func show(_ arguments: [String]) async throws -> CommandResult {
        let result = try await command.run(arguments)
        print("$ pod-agent \(arguments.joined(separator: " "))\n\(result.output)\(result.errors)")
        return result
    }
}

extension SandboxFlameHub {
    /// Makes a project of the researcher in which the seeded node is to take part.
    ///
    /// - Returns: The id of the project-node.
    fileprivate func addProject(_ name: String) -> String {
        let realm = record("projects", seed.project)?["realmId"] ?? .null
        let project = insert(
            "projects",
            [
                "name": .string(name), "realmId": realm, "userId": .string(seed.researcher.id),
                "masterImageId": .string(seed.masterImage), "nodes": 1,
            ]
        )
        return insert(
            "project-nodes",
            [
                "projectId": .string(project), "nodeId": .string(seed.node.id), "projectRealmId": realm,
                "nodeRealmId": record("nodes", seed.node.id)?["realmId"] ?? .null,
            ]
        )
    }
}
