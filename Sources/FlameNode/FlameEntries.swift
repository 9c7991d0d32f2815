// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import StateStore

/// Writes audit entries about the FLAME node.
///
/// `project` is the Hub's project id, `task` the Hub's analysis id, `ref` the row.
struct FlameEntries: Sendable {
    /// An entry of this pod and agent, to be filled in further.
    let entry: @Sendable (AuditEntryType) -> AuditEntry

    /// Something about the node itself.
    func node(_ reason: FlameReason, _ id: String, detail: String? = nil) -> AuditEntry {
        var entry = entry(.flameNode)
        entry.reason = reason.rawValue
        entry.reference = "node:\(id)" + (detail.map { " \($0)" } ?? "")
        return entry
    }

    /// Something about a part, a project or an analysis.
    func about(
        _ row: FlameRow,
        _ reason: FlameReason,
        decision: AuditEntry.Decision? = nil,
        by: AuditEntry.Authority? = nil,
        detail: String? = nil
    ) -> AuditEntry {
        var entry = entry(Self.type(of: row.key.kind, reason))
        switch row.key.kind {
        case .project: entry.project = row.key.id
        case .projectNode: entry.project = row.parent
        case .analysis:
            entry.task = row.key.id
            entry.project = row.parent
        case .analysisNode: entry.task = row.parent
        case .node: break
        }
        entry.decision = decision
        entry.by = by
        entry.reason = reason.rawValue
        entry.reference = "\(row.key.kind.rawValue):\(row.key.id)" + (detail.map { " \($0)" } ?? "")
        return entry
    }

    /// The choice of where consent comes from, as the configuration makes it.
    func consentChosen(_ consent: FlameConsentSource) -> AuditEntry {
        var entry = entry(.policyLoaded)
        entry.policy = .init(rule: "flame.consent", result: consent.rawValue)
        return entry
    }

    private static func type(of kind: FlameRow.Kind, _ reason: FlameReason) -> AuditEntryType {
        switch reason {
        case .decided, .sent, .alreadyThere, .changedSinceShown, .decidedAtHub, .reopenedAtHub: .flameApproval
        default:
            switch kind {
            case .node: .flameNode
            case .project, .projectNode: .flameProject
            case .analysis, .analysisNode: .flameAnalysis
            }
        }
    }
}

/// Entries about what is written to the Hub.
extension FlameSynchronizer {
    /// An entry about a part of this node.
    func entry<Part: MirroredRecord>(
        about type: Part.Type,
        _ id: String,
        _ reason: FlameReason,
        _ decision: ApprovalStatus?
    ) async throws(StoreError) -> AuditEntry {
        let key = FlameRow.Key(Part.rowKind, id)
        // A part that the mirror lost is still named by its id.
        let row = try await store.reader.row(key) ?? FlameRow(key, standing: .closed, raw: "{}")
        return entries.about(row, reason, decision: decision.flatMap(Self.decision), by: .operator)
    }

    /// An entry about a write that was dropped.
    func entry(about write: OutboxEntry.Write, _ reason: FlameReason) async throws(StoreError) -> AuditEntry {
        switch write {
        case .analysisDecision(let part, let decision, _, _):
            return try await entry(about: AnalysisNode.self, part.text, reason, decision)
        case .projectDecision(let part, let decision, _, _):
            return try await entry(about: ProjectNode.self, part.text, reason, decision)
        case .report(let part, _):
            return try await entry(about: AnalysisNode.self, part.text, reason, nil)
        case .publicKey(let node, _):
            return entries.node(reason, node.text, detail: key.fingerprint)
        case .log(let analysis, _, _, _):
            var entry = entries.entry(.flameAnalysis)
            entry.task = analysis.text
            entry.reason = reason.rawValue
            entry.reference = "log"
            return entry
        }
    }

    private static func decision(_ status: ApprovalStatus) -> AuditEntry.Decision? {
        switch status {
        case .approved: .accept
        case .rejected: .reject
        default: nil
        }
    }
}
