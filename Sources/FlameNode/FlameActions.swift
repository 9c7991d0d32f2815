// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
import FlameHub
import Foundation
import Offloading
import StateStore

/// Does what the data owner asks: first it is recorded, then it is sent.
package struct FlameActions: Sendable {
    let synchronizer: FlameSynchronizer
    let store: FlameStore
    let entries: FlameEntries
    let consent: FlameConsentSource
    let hasOwner: Bool
    let key: FlameNodeKey
    let now: @Sendable () -> Date

    /// Does it. What was asked before and asked again, because nobody heard the answer, is done once.
    ///
    /// - Throws: ``FlameNodeError`` if it can't or may not be done; `StoreError`.
    package func perform(_ action: FlameAction) async throws -> FlameOutcome {
        switch action {
        case .consent(let subject, let id, false, _, _, _): try await withdraw(subject, id)
        case .consent(.project, let id, true, _, let until, _): try await grantProject(id, until: until)
        case .consent(.analysis, let id, true, let shown, let until, let image):
            try await synchronizer.alone { turn in
                try await grantAnalysis(turn, id, shown: shown, until: until, image: image)
            }
        case .decide(let subject, let part, let isApproved, let comment, let shown):
            try await synchronizer.alone { turn in try await decide(turn, subject, part, isApproved, comment, shown) }
        case .report(let analysis, let status, let progress, let isRestart):
            try await synchronizer.alone { turn in
                try await report(turn, analysis, status, progress, isRestart: isRestart == true)
            }
        case .log(let analysis, let level, let message):
            try await synchronizer.alone { turn in try await log(turn, analysis, level, message) }
        case .publishKey: try await synchronizer.alone { turn in try await publishKey(turn) }
        }
    }

    // MARK: Decisions

    /// How long a comment about a project may be, in UTF-16 units (flame-hub-differences.md, P8).
    private static let projectComment = 3...4096

    private func decide(
        _ turn: borrowing AsyncLock.Turn,
        _ subject: FlameAction.Subject,
        _ id: String,
        _ isApproved: Bool,
        _ comment: String?,
        _ shown: DecisionSnapshot
    ) async throws -> FlameOutcome {
        guard hasOwner else {
            throw FlameNodeError(
                .configuration,
                "the node itself may not decide, and no data owner is configured",
                hint: "set flame.owner, or decide on the Hub's pages"
            )
        }
        if subject == .project, let comment, !Self.projectComment.contains(comment.utf16.count) {
            throw FlameNodeError(.usage, "the Hub takes comments of 3 to 4,096 characters about projects")
        }
        let kind: FlameRow.Kind = subject == .project ? .projectNode : .analysisNode
        guard let row = try await store.reader.row(FlameRow.Key(kind, FlameRow.normalized(id))) else {
            throw FlameNodeError(.input, "this node has no part \(id) in a \(subject)")
        }
        let decision: ApprovalStatus = isApproved ? .approved : .rejected
        guard row.approval != decision.rawValue else {
            // The Hub has it, whoever decided; the data owner's word for it is kept all the same.
            try await store.apply(consentChange(of: row, isApproved: isApproved))
            return FlameOutcome(isDone: true, message: "\(decision) \(subject) part \(id) already")
        }
        let write: OutboxEntry.Write
        switch subject {
        case .project:
            guard let part = HubID<ProjectNode>(id) else { throw FlameNodeError(.usage, "\(id) is not an id") }
            write = .projectDecision(part: part, decision, comment: comment, shown)
        case .analysis:
            guard let part = HubID<AnalysisNode>(id) else { throw FlameNodeError(.usage, "\(id) is not an id") }
            write = .analysisDecision(part: part, decision, comment: comment, shown)
        }
        var batch = FlameBatch()
        batch.entries = [
            entries.about(row, .decided, decision: isApproved ? .accept : .reject, by: .operator)
        ]
        batch.append(try await consentChange(of: row, isApproved: isApproved))
        return try await send(turn, write, batch, done: "\(decision) \(subject) part \(id)")
    }

    // MARK: Reports

    private func report(
        _ turn: borrowing AsyncLock.Turn,
        _ id: String,
        _ status: ProcessStatus?,
        _ progress: Int?,
        isRestart: Bool
    ) async throws -> FlameOutcome {
        guard status != nil || progress != nil else {
            throw FlameNodeError(.usage, "a report needs a status or progress")
        }
        guard progress.map({ 0...100 ~= $0 }) ?? true else { throw FlameNodeError(.usage, "progress is a percentage") }
        guard status?.isKnown ?? true else {
            throw FlameNodeError(
                .usage,
                "there is no status \(status?.rawValue ?? "")",
                hint: "expected one of \(ProcessStatus.known.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if progress != nil, await !synchronizer.keepsProgress {
            throw FlameNodeError(.unavailable, "this Hub keeps no progress", hint: "report a status alone")
        }
        var view = try await view(id)
        if view.isGone { return try await end(turn, view, status) }
        if let fault = view.runFault { throw fault }
        var snapshot: ConsentSnapshot?
        if status == .starting {
            snapshot = try await startable(turn, view, isRestart: isRestart)
            view = try await self.view(view.partID)
        }
        var run = view.run
        let date = now()
        var report = try Self.report(status, progress, &run, at: date)
        if report == nil, let status, status == run.status, try await isOverwritten(view, status) {
            // Somebody else wrote over it at the Hub: it is said once more because the operator says so.
            report = ExecutionReport(status: status)
            run.hasReasserted = false
        }
        guard let report else { return FlameOutcome(isDone: true, message: "nothing new to report") }
        guard let part = HubID<AnalysisNode>(view.row.key.id) else {
            throw FlameNodeError(.input, "the part has no id")
        }
        run.analysis = view.row.parent
        if let snapshot { run.snapshot = snapshot }
        var batch = FlameBatch()
        batch.runs[view.row.key.id] = try run.stored()
        let words = [report.status?.rawValue, report.progress.map { "\($0) %" }].compactMap { $0 }.joined(
            separator: " "
        )
        let detail = [words, snapshot?.digest].compactMap { $0 }.joined(separator: " ")
        batch.entries = [entries.about(view.row, .reported, by: .operator, detail: detail)]
        return try await send(turn, .report(part: part, report), batch, done: "reported \(words)")
    }

    /// Whether the Hub shows another status than the one that was reported last, and nothing waits that would mend it.
    private func isOverwritten(_ view: FlameAnalysisView, _ status: ProcessStatus) async throws -> Bool {
        guard let part = view.part, part.executionStatus != status else { return false }
        return await !synchronizer.ours.contains(view.partID)
    }

    /// Makes sure that an analysis may start, by what the Hub shows of it at this moment.
    ///
    /// - Returns: What it consists of.
    private func startable(
        _ turn: borrowing AsyncLock.Turn,
        _ view: FlameAnalysisView,
        isRestart: Bool
    ) async throws -> ConsentSnapshot {
        try refuse(view, isRestart: isRestart)
        let content = try await synchronizer.content(turn, of: view.row)
        let current = try await self.view(view.partID)
        if let consent = current.consent, consent.isGranted, let shown = consent.terms.snapshot {
            var differences = shown.differences(from: content.snapshot, withFiles: true)
            let isOurs = await synchronizer.ours.contains(view.partID)
            if isOurs { differences.removeAll { $0 == ConsentSnapshot.updated } }
            if !differences.isEmpty {
                let reason = differences.joined(separator: ",")
                try await store.apply(synchronizer.mirror.withdrawal(of: consent, because: reason))
                throw FlameNodeError(
                    .denied,
                    "the analysis is not what was consented to any more: \(differences.joined(separator: ", "))",
                    hint: "look at it again: `pod-agent flame consent show \(current.analysisID)`"
                )
            }
        }
        try refuse(current, isRestart: isRestart)
        return content.snapshot
    }

    private func refuse(_ view: FlameAnalysisView, isRestart: Bool) throws(FlameNodeError) {
        var blockers = view.blockers(isRestart: isRestart)
        // Asked again, because nobody heard the answer.
        if view.hasOwnRun, view.run.status == .starting { blockers.removeAll { $0 == .alreadyBegun } }
        guard !blockers.isEmpty else { return }
        throw FlameNodeError(
            .denied,
            "the analysis may not start: \(blockers.map(\.rawValue).joined(separator: ", "))",
            hint: "`pod-agent flame analyses show \(view.analysisID)` says more"
        )
    }

    /// Ends a run whose part the Hub has no longer: there is nobody to tell.
    private func end(
        _ turn: borrowing AsyncLock.Turn,
        _ view: FlameAnalysisView,
        _ status: ProcessStatus?
    ) async throws -> FlameOutcome {
        guard let status, status.isFinal || status == .stopping else {
            throw FlameNodeError(
                .denied,
                "the Hub has no such analysis for this node any more",
                hint: "stop it, and report stopped or failed"
            )
        }
        var run = view.run
        run.status = status
        var batch = FlameBatch()
        batch.runs[view.partID] = try run.stored()
        batch.entries = [
            entries.about(view.row, .reported, by: .operator, detail: "\(status.rawValue) here only: gone at the Hub")
        ]
        try await synchronizer.end(turn, view.partID, batch, isOver: status.isFinal)
        return FlameOutcome(
            isDone: true,
            message: "noted \(status.rawValue) here; the Hub has no such analysis any more"
        )
    }

    /// What is to be sent of a report; `nil` if it says nothing new.
    static func report(
        _ status: ProcessStatus?,
        _ progress: Int?,
        _ run: inout FlameRun,
        at date: Date
    ) throws(FlameNodeError) -> ExecutionReport? {
        var reporter = ExecutionReporter(status: run.status, progress: run.progress)
        var report: ExecutionReport?
        if let status, status != run.status {
            do {
                report = try reporter.enter(status)
            } catch {
                throw FlameNodeError(
                    .usage,
                    "\(status) can't follow \(error.old?.rawValue ?? "a part that was never begun")"
                )
            }
            if status == .starting { run = FlameRun(status: nil, progress: nil) }
        }
        let isTooEarly = run.progressAt.map { date.timeIntervalSince($0) < 10 } ?? false
        if let progress, status != nil || !isTooEarly, let reached = reporter.reach(progress) {
            report = ExecutionReport(status: report?.status, progress: reached.progress)
            run.progressAt = date
        }
        run.status = reporter.status
        run.progress = reporter.progress
        return report
    }

    private func log(
        _ turn: borrowing AsyncLock.Turn,
        _ id: String,
        _ level: LogLevel,
        _ message: String
    ) async throws -> FlameOutcome {
        let view = try await view(id)
        guard AnalysisNodeLogs.messageLength.contains(message.utf16.count) else {
            throw FlameNodeError(.usage, "a log line has 3 to 2,048 characters")
        }
        guard await synchronizer.keepsProgress else {
            throw FlameNodeError(.unavailable, "this Hub is too old for log lines of nodes")
        }
        guard let part = view.part else { throw FlameNodeError(.input, "the Hub's row of this part can't be read") }
        let write = OutboxEntry.Write.log(analysis: part.analysisID, node: part.nodeID, level: level, message: message)
        return try await send(turn, write, FlameBatch(), done: "logged")
    }

    /// What is known of the analyses of this node.
    var views: FlameAnalysisViews { FlameAnalysisViews(reader: store.reader, consent: consent, now: now) }

    private func view(_ id: String) async throws -> FlameAnalysisView {
        guard let view = try await views.view(id) else {
            throw FlameNodeError.noPart(in: id)
        }
        return view
    }

    // MARK: The key

    private func publishKey(_ turn: borrowing AsyncLock.Turn) async throws -> FlameOutcome {
        guard hasOwner else {
            throw FlameNodeError(
                .configuration,
                "the node itself may not set its key, and no data owner is configured",
                hint: "set flame.owner, or put what `pod-agent flame key show` prints on the Hub's page of the node"
            )
        }
        guard let node = await synchronizer.state.flatMap({ HubID<Node>($0.nodeID) }) else {
            throw FlameNodeError(.unavailable, "the node was not found at the Hub yet")
        }
        return try await send(turn, .publicKey(node: node, pem: key.publicKey.pem), FlameBatch(), done: "key sent")
    }

    // MARK: Sending

    private func send(
        _ turn: borrowing AsyncLock.Turn,
        _ write: OutboxEntry.Write,
        _ batch: FlameBatch,
        done: String
    ) async throws -> FlameOutcome {
        let id = try await synchronizer.enqueue(turn, write, with: batch)
        switch try await synchronizer.flush(turn)[id] {
        case .delivered: return FlameOutcome(isDone: true, message: done)
        case .waiting(let why):
            return FlameOutcome(isDone: false, message: "kept, and sent when that is possible: \(why)")
        case nil: return FlameOutcome(isDone: false, message: "kept, and sent after what waits in front of it")
        case .dropped(.changedSinceShown, let why): throw FlameNodeError(.changed, why)
        case .dropped(_, let why): throw FlameNodeError(.denied, why)
        }
    }
}
