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
    ///   - ours: The parts that are written to from here, so that a new time of change alone is nobody else's doing.
    func changes<Record: MirroredRecord>(
        by rows: [ResourceRow<Record>],
        isNews: Bool = true,
        ours: Set<String> = []
    ) async throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        var byKind: [FlameRow.Kind: [FlameRow]] = [:]
        for row in rows.flatMap({ FlameRow.mirrored($0) }) { byKind[row.key.kind, default: []].append(row) }
        var reopened: Set<String> = []
        var touched: Set<String> = []
        // In one order, so that the log tells the same whenever the same happens.
        for kind in FlameRow.Kind.allCases {
            guard let rows = byKind[kind] else { continue }
            let stored = try await reader.rows(kind, ids: rows.map(\.key.id))
            for row in rows where stored[row.key.id] != row {
                let old = stored[row.key.id]
                batch.rows.append(row)
                batch.entries += changed(old, row, isNews: isNews)
                if kind == .analysis, let old { batch.append(try await noted(old, row)) }
                guard let analysis = kind == .analysis ? row.key.id : kind == .analysisNode ? row.parent : nil else {
                    continue
                }
                touched.insert(analysis)
                if kind == .analysisNode, old?.approval != nil, row.approval == nil { reopened.insert(analysis) }
            }
        }
        for analysis in touched.sorted() {
            let isReopened = reopened.contains(analysis)
            if isReopened { batch.append(try await staleDistribution(of: analysis, in: batch)) }
            batch.append(try await judgedConsent(to: analysis, in: batch, isReopened: isReopened, ours: ours))
        }
        return batch
    }

    /// What the removal of some rows changes. A part takes along what was embedded in it, and the consent to it.
    func removal(of rows: [FlameRow]) async throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        batch.removed = rows.map(\.key)
        batch.entries = rows.map { entries.about($0, .removed) }
        for row in rows {
            guard let whole = row.whole else { continue }
            batch.removed.append(whole)
            if whole.kind == .analysis, try await reader.notes(whole.id) != nil {
                batch.notes.updateValue(nil, forKey: whole.id)
            }
            guard let consent = try await reader.consent(whole), consent.isGranted else { continue }
            batch.append(withdrawal(of: consent, because: "gone"))
        }
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
    private static let analysisFields = [
        "configurationLocked", "buildStatus", "buildHash", "distributionStatus", "masterImageId",
        "imageCommandArguments",
        "projectId",
    ]

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
