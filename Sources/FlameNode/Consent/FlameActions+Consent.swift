// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Offloading
import StateStore

/// Giving consent, and taking it back.
extension FlameActions {
    /// Takes consent back, or refuses it. A matter of this machine that need not wait for the Hub.
    func withdraw(_ subject: FlameAction.Subject, _ id: String) async throws -> FlameOutcome {
        let asked = try key(subject, id)
        let known = try await self.known(asked)
        let key = known?.whole ?? asked
        if known == nil, try await store.reader.consent(key) == nil { throw Self.unknown(subject, key.id) }
        let row = FlameRow(key, standing: .context, raw: "{}")
        var batch = FlameBatch()
        batch.consents = [FlameConsent(key, isGranted: false, by: .operator, at: now())]
        batch.entries = [entries.about(row, .consentWithdrawn, decision: .reject, by: .operator)]
        try await store.apply(batch)
        return FlameOutcome(isDone: true, message: "withdrawn for \(key.kind.rawValue) \(key.id)")
    }

    /// Grants consent to a whole project: to whatever is placed in it.
    func grantProject(_ id: String, until: Date?) async throws -> FlameOutcome {
        let asked = try key(.project, id)
        guard let key = try await known(asked)?.whole else { throw Self.unknown(.project, asked.id) }
        let row = FlameRow(key, standing: .context, raw: "{}")
        try await refuseRejected(project: key.id)
        try refusePast(until)
        var batch = FlameBatch()
        let terms = ConsentTerms(until: until)
        batch.consents = [FlameConsent(key, isGranted: true, by: .operator, at: now(), terms: terms)]
        batch.entries = [entries.about(row, .consentGranted, decision: .accept, by: .operator, detail: Self.end(until))]
        try await store.apply(batch)
        return FlameOutcome(
            isDone: true,
            message: "granted for project \(key.id)\(Self.words(until)): "
                + "whatever analysis is placed in it may run without being looked at"
        )
    }

    /// Grants consent to an analysis, if it still is what was shown.
    func grantAnalysis(
        _ turn: borrowing AsyncLock.Turn,
        _ id: String,
        shown: ConsentSnapshot?,
        until: Date?,
        image: String?
    ) async throws -> FlameOutcome {
        let key = try key(.analysis, id)
        guard let view = try await views.view(key.id), !view.isGone else { throw Self.unknown(.analysis, key.id) }
        try refusePast(until)
        let look = "look at it first: `pod-agent flame consent show \(view.analysisID)`"
        guard let shown, shown.analysis == view.analysisID else {
            throw FlameNodeError(.input, "the analysis \(view.analysisID) was not shown", hint: look)
        }
        if let project = shown.project { try await refuseRejected(project: project) }
        let content = try await synchronizer.content(turn, of: view.row)
        let differences = shown.differences(from: content.snapshot, withFiles: true)
        guard differences.isEmpty else {
            throw FlameNodeError(
                .changed,
                "the analysis changed since it was shown: \(differences.joined(separator: ", "))",
                hint: look
            )
        }
        try Self.refuseUnfinished(content)
        try Self.refuseOther(image, than: content)
        var batch = FlameBatch()
        let terms = ConsentTerms(until: until, snapshot: content.snapshot, image: image)
        let subject = FlameRow.Key(.analysis, view.analysisID)
        batch.consents = [FlameConsent(subject, isGranted: true, by: .operator, at: now(), terms: terms)]
        var row = FlameRow(subject, standing: .context, raw: "{}")
        row.parent = content.snapshot.project
        let detail = [content.snapshot.digest, Self.end(until), image.map { "image:\($0)" }].compactMap { $0 }
        batch.entries = [
            entries.about(
                row,
                .consentGranted,
                decision: .accept,
                by: .operator,
                detail: detail.joined(separator: " ")
            )
        ]
        try await store.apply(batch)
        return FlameOutcome(
            isDone: true,
            message: "granted for analysis \(view.analysisID) as shown, \(content.snapshot.digest)\(Self.words(until))"
        )
    }

    // MARK: What an own decision means for consent

    /// A rejection is the data owner's word, which nothing at the Hub overrules; an approval takes only the rejection back.
    func consentChange(
        of row: FlameRow,
        isApproved: Bool
    ) async throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        guard let subject = row.whole else { return batch }
        let consent = try await store.reader.consent(subject)
        if isApproved {
            if consent?.terms.isRejection == true { batch.forgottenConsents = [subject] }
            return batch
        }
        let terms = ConsentTerms(isRejection: true)
        batch.consents = [FlameConsent(subject, isGranted: false, by: .operator, at: now(), terms: terms)]
        if consent?.isGranted == true {
            batch.entries = [
                entries.about(row, .consentWithdrawn, decision: .reject, by: .operator, detail: "rejected")
            ]
        }
        return batch
    }

    // MARK: What is refused

    private func key(_ subject: FlameAction.Subject, _ id: String) throws(FlameNodeError) -> FlameRow.Key {
        guard let uuid = UUID(uuidString: id) else {
            throw FlameNodeError(.usage, "\(id) is not an id: expected a UUID")
        }
        return FlameRow.Key(subject == .project ? .project : .analysis, uuid.uuidString.lowercased())
    }

    /// A row that shows that this node has to do with a project or an analysis.
    private func known(_ key: FlameRow.Key) async throws(StoreError) -> FlameRow? {
        let kind: FlameRow.Kind = key.kind == .project ? .projectNode : .analysisNode
        if let part = try await store.reader.parts(kind, in: key.id).first { return part }
        return try await store.reader.row(FlameRow.Key(kind, key.id))
    }

    private static func unknown(_ subject: FlameAction.Subject, _ id: String) -> FlameNodeError {
        FlameNodeError(
            .input,
            "this node has no part in \(subject == .project ? "a project" : "an analysis") \(id)",
            hint: "what the Hub shows is known after the agent's next look at it"
        )
    }

    private func refuseRejected(project id: String) async throws {
        let isRejected = try await store.reader.consent(FlameRow.Key(.project, id))?.terms.isRejection == true
        let part = try await store.reader.parts(.projectNode, in: id).first
        guard isRejected || part?.approval == ApprovalStatus.rejected.rawValue else { return }
        throw FlameNodeError(
            .denied,
            "the project \(id) was rejected",
            hint: "approve it first, if that is no longer meant: `pod-agent flame approvals list --rejected`"
        )
    }

    private func refusePast(_ until: Date?) throws(FlameNodeError) {
        guard let until, until <= now() else { return }
        throw FlameNodeError(.usage, "a consent can't end in the past")
    }

    private static func refuseUnfinished(_ content: AnalysisContent) throws(FlameNodeError) {
        var missing: [String] = []
        if content.snapshot.isLocked != true { missing.append("it is not locked") }
        if content.row.record?.analysis?.buildStatus != .executed { missing.append("it is not built") }
        guard !missing.isEmpty else { return }
        throw FlameNodeError(
            .denied,
            "consent is given for what was built, and the analysis can still change: \(missing.joined(separator: ", "))",
            hint: "look at it again when its owner has locked and built it"
        )
    }

    private static func refuseOther(_ image: String?, than content: AnalysisContent) throws(FlameNodeError) {
        guard let image, image != content.snapshot.buildHash, image != content.row.record?.artifactDigest else {
            return
        }
        throw FlameNodeError(
            .changed,
            "the analysis has another image than \(image)",
            hint: "`pod-agent flame consent show` shows its digest"
        )
    }

    // MARK: Words

    private static func end(_ until: Date?) -> String? { until.map { "until:\($0.formatted(.iso8601))" } }
    private static func words(_ until: Date?) -> String { until.map { " until \($0.formatted(.iso8601))" } ?? "" }
}
