// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Offloading
import StateStore

/// Comparing the Hub's rows with the runs on this machine (flame-hub.md, 6.8).
extension FlameSynchronizer {
    /// Does what follows where the Hub and this machine disagree.
    ///
    /// - Returns: Whether an analysis runs here.
    func reconcile(_ turn: borrowing AsyncLock.Turn) async throws -> Bool {
        let bodies = try await store.reader.activeRuns()
        var unreadable: Set<String> = []
        for (id, body) in bodies.sorted(by: { $0.key < $1.key }) {
            let row = try await store.reader.row(FlameRow.Key(.analysisNode, id))
            let run: FlameRun
            do throws(StoreError) {
                run = try FlameRun(stored: body)
            } catch {
                unreadable.insert(id)
                raise(turn, "run \(id)", "the analysis \(row?.parent ?? id) has to stop: \(error.message)")
                continue
            }
            try await reconcile(turn, id, run, row)
        }
        noteUnreadable(turn, runs: unreadable)
        try await endWriteAlarms(turn)
        // What was said of a run is over with the run.
        for alarm in (state?.alarms ?? [:]).keys where alarm.hasPrefix(Self.runAlarm) {
            if bodies[String(alarm.dropFirst(Self.runAlarm.count))] == nil { clear(turn, alarm) }
        }
        return !bodies.isEmpty
    }

    /// What was said of a write is over with the part that it was about.
    private func endWriteAlarms(_ turn: borrowing AsyncLock.Turn) async throws(StoreError) {
        for alarm in (state?.alarms ?? [:]).keys where alarm.hasPrefix(Self.writeAlarmPrefix) {
            let target = alarm.dropFirst(Self.writeAlarmPrefix.count).split(separator: "/")
            let kinds: [Substring: FlameRow.Kind] = ["analysis-nodes": .analysisNode, "project-nodes": .projectNode]
            guard target.count == 2, let kind = kinds[target[0]] else { continue }
            let row = try await store.reader.row(FlameRow.Key(kind, String(target[1])))
            if row == nil { clear(turn, alarm) }
        }
    }

    /// What the names of alarms about runs begin with; the id of the part follows.
    private static let runAlarm = "run "

    /// What is left of a part that the Hub has no longer.
    static func goneRow(_ id: String, _ run: FlameRun) -> FlameRow {
        var row = FlameRow(FlameRow.Key(.analysisNode, id), standing: .closed, raw: "{}")
        row.parent = run.analysis
        return row
    }

    private func reconcile(
        _ turn: borrowing AsyncLock.Turn,
        _ id: String,
        _ run: FlameRun,
        _ row: FlameRow?
    ) async throws {
        let part = try await part(row)
        // A row that can't be read says nothing.
        guard row == nil || part != nil else { return }
        let target = OutboxEntry.Write.target(analysisNode: id)
        let isReportWaiting = outbox.entries.contains { $0.write.target == target }
        let local = PartConflict.Local(
            lastWritten: run.status,
            isRunning: run.isRunning,
            hasReasserted: run.hasReasserted,
            hasPendingReport: isReportWaiting
        )
        var changed = run
        if part?.executionStatus == run.status { changed.hasReasserted = false }
        var batch = FlameBatch()
        for action in PartConflict.actions(row: part, local: local) {
            batch.append(try await apply(turn, action, id, row, &changed))
        }
        if part?.executionStatus == run.status, part?.approvalStatus == .approved, changed.stopReason == nil {
            clear(turn, "run \(id)")
        }
        if changed != run { batch.runs[id] = try changed.stored() }
        if !batch.isEmpty { try await save(turn, batch) }
    }

    private func apply(
        _ turn: borrowing AsyncLock.Turn,
        _ action: PartConflict.Action,
        _ id: String,
        _ row: FlameRow?,
        _ run: inout FlameRun
    ) async throws -> FlameBatch {
        var batch = FlameBatch()
        let subject = row ?? Self.goneRow(id, run)
        switch action {
        case .stopJob:
            let reason =
                row == nil ? "the Hub has no such analysis for this node any more" : "it is not approved any more"
            raise(turn, "run \(id)", "the analysis \(subject.parent ?? id) runs here and has to stop: \(reason)")
            guard run.stopReason != reason else { break }
            run.stopReason = reason
            batch.entries.append(entries.about(subject, .stopRequired, by: .failClosed))
        case .askConsentAgain:
            guard let key = row?.whole, let consent = try await store.reader.consent(key), consent.isGranted else {
                break
            }
            batch.append(mirror.withdrawal(of: consent, because: "reopened"))
        case .reassert(let status):
            guard let part = HubID<AnalysisNode>(id) else { break }
            run.hasReasserted = true
            batch.append(try add(turn, .report(part: part, ExecutionReport(status: status))))
            batch.entries.append(entries.about(subject, .reported, by: .policy, detail: status.rawValue))
        case .adopt(let status):
            run.status = status
        case .alarm(let reason):
            let alarm = "run \(id)"
            guard state?.alarms[alarm] == nil else { break }
            raise(
                turn,
                alarm,
                "the analysis \(subject.parent ?? id) runs here, but the Hub disagrees: \(reason.rawValue)"
            )
            batch.entries.append(entries.about(subject, .contested, detail: reason.rawValue))
        }
        return batch
    }

    /// A part with its analysis, as the mirror has them.
    func part(_ row: FlameRow?) async throws(StoreError) -> AnalysisNode? {
        guard let row else { return nil }
        var embedded: [String: FlameRow] = [:]
        if let id = row.parent { embedded["analysis"] = try await store.reader.row(FlameRow.Key(.analysis, id)) }
        return row.record(AnalysisNode.self, embedding: embedded)
    }
}
