import AuditLog
import Cryptography
import FlameHub
import Foundation

/// A part of this node that waits for a decision, as it is shown.
public struct FlameApproval: Codable, Sendable, Equatable {
    /// Whether it is about a project or an analysis.
    public var subject: FlameAction.Subject
    /// The id of the node's part.
    public var part: String
    /// The id of the project or the analysis.
    public var of: String
    /// The name of the project or the analysis; `nil` if it has none.
    public var name: String?
    /// Whether the code of an analysis was fixed.
    public var isLocked: Bool?
    /// What a decision is compared with before it is sent.
    public var shown: DecisionSnapshot
}

extension Agent {
    /// The parts that nobody decided about, from the mirror. They count as shown from then on. A part whose project or
    /// analysis was not read yet is left out: nobody can decide about what they don't see.
    public static func flameApprovals(_ configuration: AgentConfiguration) async throws -> [FlameApproval] {
        let (reader, views) = try flameReader(configuration)
        var approvals: [FlameApproval] = []
        for row in try await reader.rows(.projectNode, .pending) {
            guard let part = row.record(ProjectNode.self),
                let project = try await reader.row(FlameRow.Key(.project, part.projectID.text))?.record(Project.self)
            else { continue }
            approvals.append(
                FlameApproval(
                    subject: .project,
                    part: part.id.text,
                    of: part.projectID.text,
                    name: project.name,
                    shown: part.decisionSnapshot
                )
            )
        }
        for view in try await views.views(.pending, limit: 1_000) {
            guard let part = view.part, let analysis = part.analysis else { continue }
            approvals.append(
                FlameApproval(
                    subject: .analysis,
                    part: part.id.text,
                    of: part.analysisID.text,
                    name: analysis.name,
                    isLocked: analysis.configurationLocked,
                    shown: part.decisionSnapshot
                )
            )
        }
        try shownFile(configuration).replace(SecretBytes(JSONEncoder().encode(approvals)))
        return approvals
    }

    /// A part as it was last shown.
    ///
    /// - Throws: ``AgentFailure`` with `input` if it was not shown.
    public static func shownFlameApproval(
        _ part: String,
        _ configuration: AgentConfiguration
    ) throws -> FlameApproval {
        let file = try shownFile(configuration)
        let shown =
            try file.exists() ? JSONDecoder().decode([FlameApproval].self, from: Data(file.load().reveal())) : []
        guard let approval = shown.first(where: { $0.part == part.lowercased() }) else {
            throw AgentFailure(
                .input,
                "\(part) was not shown as waiting for a decision",
                hint: "look at it first: `pod-agent flame approvals list`"
            )
        }
        return approval
    }

    /// What the data owner saw last: a decision holds only for that.
    private static func shownFile(_ configuration: AgentConfiguration) throws -> SecretFile {
        SecretFile(
            configuration.stateDirectory.appendingPathComponent("flame_shown.json"),
            maximumBytes: 16 * 1024 * 1024
        )
    }
}
