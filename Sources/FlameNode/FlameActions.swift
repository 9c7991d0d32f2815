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
        // Consent is a matter of this machine, and need not wait for the Hub.
        case .consent(let subject, let id, let isGranted): try await consent(subject, id, isGranted)
        case .decide(let subject, let part, let isApproved, let comment, let shown):
            try await synchronizer.alone { turn in try await decide(turn, subject, part, isApproved, comment, shown) }
        case .report(let analysis, let status, let progress):
            try await synchronizer.alone { turn in try await report(turn, analysis, status, progress) }
        case .log(let analysis, let level, let message):
            try await synchronizer.alone { turn in try await log(turn, analysis, level, message) }
        case .publishKey: try await synchronizer.alone { turn in try await publishKey(turn) }
        }
    }

    // MARK: Consent

    private func consent(_ subject: FlameAction.Subject, _ id: String, _ isGranted: Bool) async throws -> FlameOutcome {
        let kind: FlameRow.Kind = subject == .project ? .project : .analysis
        guard let uuid = UUID(uuidString: id) else {
            throw FlameNodeError(.usage, "\(id) is not an id: expected a UUID")
        }
        let key = FlameRow.Key(kind, uuid.uuidString.lowercased())
        let row = try await store.reader.row(key) ?? FlameRow(key, standing: .context, raw: "{}")
        var batch = FlameBatch()
        batch.consents = [FlameConsent(key, isGranted: isGranted, by: .operator, at: now())]
        batch.entries = [
            entries.about(
                row,
                isGranted ? .consentGranted : .consentWithdrawn,
                decision: isGranted ? .accept : .reject,
                by: .operator
            )
        ]
        try await store.apply(batch)
        return FlameOutcome(isDone: true, message: "\(isGranted ? "granted" : "withdrawn") for \(subject) \(key.id)")
    }

    // MARK: Decisions

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
        let kind: FlameRow.Kind = subject == .project ? .projectNode : .analysisNode
        guard let row = try await store.reader.row(FlameRow.Key(kind, id.lowercased())) else {
            throw FlameNodeError(.input, "this node has no part \(id) in a \(subject)")
        }
        let decision: ApprovalStatus = isApproved ? .approved : .rejected
        guard row.approval != decision.rawValue else {
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
        return try await send(turn, write, batch, done: "\(decision) \(subject) part \(id)")
    }

    // MARK: Reports

    private func report(
        _ turn: borrowing AsyncLock.Turn,
        _ id: String,
        _ status: ProcessStatus?,
        _ progress: Int?
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
        let view = try await view(id)
        if let fault = view.runFault { throw fault }
        if status == .starting, view.run.status != .starting, !view.blockers.isEmpty {
            throw FlameNodeError(
                .denied,
                "the analysis may not start: \(view.blockers.map(\.rawValue).joined(separator: ", "))",
                hint: "`pod-agent flame analyses show \(id)` says more"
            )
        }
        var run = view.run
        let report = try Self.report(status, progress, &run, at: now())
        guard let report else { return FlameOutcome(isDone: true, message: "nothing new to report") }
        guard let part = HubID<AnalysisNode>(view.row.key.id) else {
            throw FlameNodeError(.input, "the part has no id")
        }
        var batch = FlameBatch()
        batch.runs[view.row.key.id] = try run.stored()
        let words = [report.status?.rawValue, report.progress.map { "\($0) %" }].compactMap { $0 }.joined(
            separator: " "
        )
        batch.entries = [entries.about(view.row, .reported, by: .operator, detail: words)]
        return try await send(turn, .report(part: part, report), batch, done: "reported \(words)")
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
        guard let part = view.part else { throw FlameNodeError(.input, "the Hub's row of this part can't be read") }
        let write = OutboxEntry.Write.log(analysis: part.analysisID, node: part.nodeID, level: level, message: message)
        return try await send(turn, write, FlameBatch(), done: "logged")
    }

    private func view(_ id: String) async throws -> FlameAnalysisView {
        let views = FlameAnalysisViews(reader: store.reader, consent: consent)
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
