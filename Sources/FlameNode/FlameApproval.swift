// SPDX-License-Identifier: Apache-2.0

import Cryptography
import FlameHub
package import Foundation
import StrictJSON
import SystemFiles

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

    enum CodingKeys: String, CodingKey {
        case subject = "subject"
        case part = "part"
        case of = "of"
        case name = "name"
        case isLocked = "isLocked"
        case shown = "shown"
    }
}

/// The decisions that wait for the data owner, and what the data owner saw of them.
public struct FlameApprovals: Sendable {
    private let reader: FlameReader
    private let views: FlameAnalysisViews
    /// What the data owner saw last: a decision holds only for that.
    private let shownFile: SecretFile

    /// - Parameter directory: Where what was shown is kept.
    package init(reader: FlameReader, views: FlameAnalysisViews, directory: URL) {
        self.reader = reader
        self.views = views
        shownFile = SecretFile(
            directory.appendingPathComponent("flame_shown.json"),
            maximumBytes: Self.maximumShownBytes
        )
    }

    private static let maximumShownBytes = 16 << 20

    /// The parts that nobody decided about, from the mirror. They count as shown from then on. A part whose project or
    /// analysis was not read yet is left out: nobody can decide about what they don't see.
    ///
    /// - Parameter isRejected: Whether those are shown that are rejected, to be decided about once more.
    public func show(isRejected: Bool = false) async throws -> [FlameApproval] {
        var approvals: [FlameApproval] = []
        let projects = isRejected ? try await rejected(.projectNode) : try await reader.rows(.projectNode, .pending)
        for row in projects {
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
        var analyses: [FlameAnalysisView] = []
        if isRejected {
            for row in try await rejected(.analysisNode) {
                if let view = try await views.view(row.key.id) { analyses.append(view) }
            }
        } else {
            analyses = try await views.views(.pending, limit: 1_000)
        }
        for view in analyses {
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
        try shownFile.replace(SecretBytes(JSONEncoder().encode(approvals)))
        return approvals
    }

    private func rejected(_ kind: FlameRow.Kind) async throws -> [FlameRow] {
        var found: [FlameRow] = []
        var last = ""
        while case let rows = try await reader.rows(kind, after: last), let end = rows.last {
            found += rows.filter { $0.approval == ApprovalStatus.rejected.rawValue }
            last = end.key.id
        }
        return found
    }

    /// A part as it was last shown.
    ///
    /// - Parameter part: The id of the part, or of its project or analysis.
    /// - Throws: ``FlameNodeError`` with `input` if it was not shown.
    public func shown(_ part: String) throws -> FlameApproval {
        let id = FlameRow.normalized(part)
        guard let approval = try lastShown().first(where: { $0.part == id || $0.of == id }) else {
            throw FlameNodeError(
                .input,
                "\(part) was not shown as waiting for a decision",
                hint: "look at it first: `pod-agent flame approvals list`"
            )
        }
        return approval
    }

    private func lastShown() throws -> [FlameApproval] {
        guard try shownFile.exists() else { return [] }
        let bytes = try shownFile.load().reveal()
        do {
            return try [FlameApproval](strictJSON: bytes)
        } catch {
            throw FlameNodeError(
                .input,
                "what was last shown as waiting for a decision can't be read",
                hint: "look at it again: `pod-agent flame approvals list`",
                underlying: error
            )
        }
    }
}
