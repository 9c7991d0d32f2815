import AuditLog
import StateStore
import FlameHub

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
