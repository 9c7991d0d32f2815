// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import StateStore
import StrictJSON

/// Finds out what rows of the Hub change in the mirror, and which of these changes are recorded.
struct FlameMirror: Sendable {
    let reader: FlameReader
    let entries: FlameEntries
    let now: @Sendable () -> Date

    /// What some rows change. Rows that equal the stored ones change nothing.
    ///
    /// - Parameters:
    ///   - isNews: Whether rows that are not known arrived just now. If not, they are history that is read late.
    func changes<Record: MirroredRecord>(
        by rows: [ResourceRow<Record>],
        isNews: Bool = true
    ) async throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        var byKind: [FlameRow.Kind: [FlameRow]] = [:]
        for row in rows.flatMap({ FlameRow.mirrored($0) }) { byKind[row.key.kind, default: []].append(row) }
        // In one order, so that the log tells the same whenever the same happens.
        for kind in FlameRow.Kind.allCases {
            guard let rows = byKind[kind] else { continue }
            let stored = try await reader.rows(kind, ids: rows.map(\.key.id))
            for row in rows where stored[row.key.id] != row {
                batch.rows.append(row)
                batch.entries += changed(stored[row.key.id], row, isNews: isNews)
                if stored[row.key.id]?.approval != nil, row.approval == nil { batch.append(try await askAgain(row)) }
            }
        }
        return batch
    }

    /// What the removal of some rows changes.
    func removal(of rows: [FlameRow]) -> FlameBatch {
        var batch = FlameBatch()
        batch.removed = rows.map(\.key)
        batch.entries = rows.map { entries.about($0, .removed) }
        return batch
    }

    /// A decision that is open again means that the code may change: consent that was given holds no longer.
    private func askAgain(_ part: FlameRow) async throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        guard part.key.kind == .analysisNode, let analysis = part.parent else { return batch }
        let subject = FlameRow.Key(.analysis, analysis)
        guard try await reader.consent(subject)?.isGranted == true else { return batch }
        batch.consents = [FlameConsent(subject, isGranted: false, by: .policy, at: now())]
        batch.entries = [entries.about(part, .consentWithdrawn, decision: .reject, by: .policy)]
        return batch
    }

    // MARK: What is recorded

    private func changed(_ old: FlameRow?, _ new: FlameRow, isNews: Bool) -> [AuditEntry] {
        switch new.key.kind {
        case .projectNode, .analysisNode: partChanged(old, new, isNews: isNews)
        case .node: fieldsChanged(old, new, Self.nodeFields)
        case .analysis: fieldsChanged(old, new, Self.analysisFields)
        case .project: []
        }
    }

    private func partChanged(_ old: FlameRow?, _ new: FlameRow, isNews: Bool) -> [AuditEntry] {
        guard let old else {
            // What was pending or active before the agent first looked matters as much as what arrives.
            guard isNews || new.standing == .pending || new.standing == .active else { return [] }
            return [entries.about(new, .arrived, decision: Self.decision(new.approval))]
        }
        var found: [AuditEntry] = []
        if old.approval != new.approval {
            found.append(
                entries.about(
                    new,
                    new.approval == nil ? .reopenedAtHub : .decidedAtHub,
                    decision: Self.decision(new.approval)
                )
            )
        }
        if old.execution != new.execution {
            found.append(entries.about(new, .reportedElsewhere, detail: new.execution ?? "none"))
        }
        return found
    }

    private func fieldsChanged(_ old: FlameRow?, _ new: FlameRow, _ names: [String]) -> [AuditEntry] {
        guard let old, let before = old.fields, let after = new.fields else { return [] }
        let changed = names.filter { before[$0] != after[$0] }
        guard !changed.isEmpty else { return [] }
        return [entries.about(new, .changed, detail: changed.joined(separator: ","))]
    }

    /// What a node is to others.
    private static let nodeFields = ["name", "externalName", "hidden", "type", "publicKey", "registryId", "clientId"]
    /// What an analysis computes, and how far it is on its way to the nodes.
    private static let analysisFields = ["configurationLocked", "buildStatus", "buildHash", "distributionStatus"]

    private static func decision(_ approval: String?) -> AuditEntry.Decision? {
        switch approval.map(ApprovalStatus.init(rawValue:)) {
        case .approved: .accept
        case .rejected: .reject
        default: nil
        }
    }
}

extension FlameRow {
    /// The fields of the row; `nil` if it is not an object.
    var fields: JSONObject? { (try? JSONValue(parsing: raw.utf8))?.objectValue }
}
