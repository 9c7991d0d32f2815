// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import StateStore

/// Does what the audit commands ask of the one who writes the log, and records it.
struct AuditActionHandler: Sendable {
    let log: AuditLog
    let archiveDirectory: URL
    let entry: @Sendable (AuditEntryType) -> AuditEntry

    /// Does it.
    ///
    /// - Throws: ``AgentFailure`` if there is nothing to be done; `StoreError`.
    func perform(_ action: AuditAction) async throws -> AuditOutcome {
        switch action {
        case .export(let note): try await export(note)
        case .verified(let note): try await verified(note)
        case .checkpoint: try await checkpoint()
        case .archive(let horizon): try await archive(before: horizon)
        case .forget(let modeller): try await forget(modeller)
        }
    }

    private func export(_ note: AuditExportNote) async throws -> AuditOutcome {
        var entry = operatorEntry(.auditExported, reason: note.format)
        entry.modeller = note.modeller
        entry.dataset = note.dataset
        entry.task = note.task
        entry.reference = note.restriction
        return recorded(try await log.append(entry))
    }

    private func verified(_ note: AuditVerificationNote) async throws -> AuditOutcome {
        var entry = operatorEntry(.auditVerified, reason: note.isSound ? "sound" : "not-sound")
        let findings = note.isSound ? "" : " findings \(note.findings)"
        entry.reference = "entries \(note.entries) root \(note.root)\(findings)"
        return recorded(try await log.append(entry))
    }

    private func checkpoint() async throws -> AuditOutcome {
        try await log.append(operatorEntry(.auditCheckpointed, reason: "requested"))
        guard let signed = try await log.checkpoint() else {
            throw AgentFailure(.input, "the log isn't signed yet", hint: "start the agent once")
        }
        return AuditOutcome(message: "a checkpoint of \(signed.checkpoint.size) entries was signed")
    }

    private func archive(before horizon: Date) async throws -> AuditOutcome {
        guard let segment = try await log.archive(before: horizon, to: archiveDirectory) else {
            return AuditOutcome(message: "nothing to archive: only whole, signed segments of 256 entries are")
        }
        let bundle = archiveDirectory.appending(path: segment.directory)
        let range = "\(segment.range.lowerBound) to \(segment.range.upperBound - 1)"
        return AuditOutcome(message: "entries \(range) were moved to \(bundle.path)")
    }

    private func forget(_ modeller: String) async throws -> AuditOutcome {
        let entry = operatorEntry(.modellerForgotten, reason: "requested")
        let forgotten = try await log.forget(modeller: modeller, entry: entry)
        guard !forgotten.isEmpty else {
            throw AgentFailure(
                .input,
                "nothing that can be deleted is known of the modeller \(modeller)",
                hint: "names that stand in entries as they are can't be deleted; see audit.modeller_names"
            )
        }
        let aside =
            forgotten.setAside.isEmpty
            ? "" : "; not touched, and to be removed by hand: \(forgotten.setAside.joined(separator: ", "))"
        return AuditOutcome(
            message: "\(forgotten.entries) entries can't be traced to the modeller any more; "
                + "\(forgotten.messages) finished messages were emptied\(aside)"
        )
    }

    private func operatorEntry(_ type: AuditEntryType, reason: String) -> AuditEntry {
        var entry = entry(type)
        entry.by = .operator
        entry.reason = reason
        return entry
    }

    private func recorded(_ entry: RecordedEntry) -> AuditOutcome {
        AuditOutcome(message: "recorded as entry \(entry.sequence)")
    }
}
