// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import StateStore
import StrictJSON

/// What follows for consents from what changes at the Hub.
extension FlameMirror {
    /// What becomes of the consent to an analysis of which rows changed: it holds only for what it was given for.
    ///
    /// - Parameters:
    ///   - batch: The rows that changed; what is not among them is as it is stored.
    ///   - isReopened: Whether the decision is open again, which means that the code may change.
    ///   - ours: The parts that are written to from here.
    func judgedConsent(
        to analysis: String,
        in batch: FlameBatch,
        isReopened: Bool,
        ours: Set<String>
    ) async throws(StoreError) -> FlameBatch {
        let subject = FlameRow.Key(.analysis, analysis)
        guard var consent = try await reader.consent(subject), consent.isGranted else { return FlameBatch() }
        let known = batch.rows.last { $0.key.kind == .analysisNode && $0.parent == analysis }
        guard let snapshot = consent.terms.snapshot else {
            guard isReopened else { return FlameBatch() }
            return withdrawal(of: consent, because: "reopened")
        }
        var (part, whole) = (known, batch.rows.last { $0.key == subject })
        if part == nil { part = try await reader.row(FlameRow.Key(.analysisNode, snapshot.part)) }
        if whole == nil { whole = try await reader.row(subject) }
        guard let part, let whole else { return FlameBatch() }
        let current = ConsentSnapshot(part: part, analysis: whole)
        var differences = snapshot.differences(from: current, withFiles: false)
        if isReopened { differences.append("reopened") }
        let isExplained = try await isOnlyReported(part)
        if differences == [ConsentSnapshot.updated], ours.contains(part.key.id) || isExplained {
            consent.terms.snapshot?.partUpdatedAt = current.partUpdatedAt
            var moved = FlameBatch()
            moved.consents = [consent]
            return moved
        }
        guard !differences.isEmpty else { return FlameBatch() }
        return withdrawal(of: consent, because: differences.joined(separator: ","))
    }

    /// Whether a part differs from the stored one in how far it is, and in nothing else but its time. That somebody else reported
    /// is told by an entry of its own.
    private func isOnlyReported(_ part: FlameRow) async throws(StoreError) -> Bool {
        guard let old = try await reader.row(part.key), old.execution != part.execution else { return false }
        guard var before = old.fields, var after = part.fields else { return false }
        for name in ["executionStatus", "executionProgress", "updatedAt"] {
            before[name] = nil
            after[name] = nil
        }
        return before == after
    }

    /// Takes a consent back by rule. What it was given for is kept, to be looked at.
    func withdrawal(of consent: FlameConsent, because reason: String) -> FlameBatch {
        var withdrawn = consent
        withdrawn.isGranted = false
        withdrawn.by = .policy
        withdrawn.at = now()
        var batch = FlameBatch()
        batch.consents = [withdrawn]
        var row = FlameRow(consent.subject, standing: .context, raw: "{}")
        row.parent = consent.terms.snapshot?.project
        batch.entries = [entries.about(row, .consentWithdrawn, decision: .reject, by: .policy, detail: reason)]
        return batch
    }

    // MARK: What is noticed of an analysis

    /// What a change of an analysis tells that its row does not.
    func noted(_ old: FlameRow, _ new: FlameRow) async throws(StoreError) -> FlameBatch {
        let (before, after) = (old.fields ?? [:], new.fields ?? [:])
        let stored = try await reader.notes(new.key.id)
        var notes = stored ?? AnalysisNotes()
        let wasUnlocked = before["configurationLocked"] == true && after["configurationLocked"] != true
        let hash = before["buildHash"]?.stringValue
        let wasRebuilt = hash != nil && after["buildHash"]?.stringValue != hash
        if wasUnlocked || wasRebuilt { notes.isDistributionStale = true }
        // Seen leaving it, the next time that it is there is about the image of then.
        if after["distributionStatus"]?.stringValue != ProcessStatus.executed.rawValue {
            notes.isDistributionStale = false
        }
        if let project = old.parent, new.parent != project { notes.hasMoved = true }
        return try Self.storing(notes, stored, of: new.key.id)
    }

    /// A decision that is open again may hide that the analysis was unlocked and locked between two looks.
    func staleDistribution(of analysis: String, in batch: FlameBatch) async throws(StoreError) -> FlameBatch {
        let key = FlameRow.Key(.analysis, analysis)
        var row = batch.rows.last { $0.key == key }
        if row == nil { row = try await reader.row(key) }
        guard row?.fields?["distributionStatus"]?.stringValue == ProcessStatus.executed.rawValue else {
            return FlameBatch()
        }
        var notes = try await reader.notes(analysis) ?? AnalysisNotes()
        if case .some(.some(let text)) = batch.notes[analysis] { notes = try AnalysisNotes(stored: text) }
        notes.isDistributionStale = true
        return try Self.storing(notes, nil, of: analysis)
    }

    private static func storing(
        _ notes: AnalysisNotes,
        _ stored: AnalysisNotes?,
        of analysis: String
    ) throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        guard notes != stored ?? AnalysisNotes() else { return batch }
        let text: String? = notes == AnalysisNotes() ? nil : try notes.storedText()
        batch.notes.updateValue(text, forKey: analysis)
        return batch
    }
}
