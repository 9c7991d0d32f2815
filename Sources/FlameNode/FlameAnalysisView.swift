// SPDX-License-Identifier: Apache-2.0

import AuditLog
public import FlameHub
public import Foundation
import StateStore

/// This node's part in an analysis with everything that this machine knows about it.
public struct FlameAnalysisView: Sendable {
    let row: FlameRow
    let run: FlameRun
    /// Whether the run is one that was begun here, and not only what the Hub says.
    let hasOwnRun: Bool
    /// Whether the Hub has no such part any more, and only what ran here is known of it.
    let isGone: Bool
    /// Why what is stored of the run can't be read; `nil` if it can.
    let runFault: StoreError?
    /// The Hub's record; `nil` if it can't be read.
    public let part: AnalysisNode?
    /// The analysis as the Hub last embedded it.
    public let analysis: Analysis?
    let verdict: ConsentJudge.Verdict
    /// Whether the Hub distributes images in a step of its own.
    let hasDistribution: Bool

    /// Whether the data may be computed on.
    public var hasConsent: Bool { verdict.hasConsent }
    /// What the data owner said of the analysis or, if nothing, of its project; `nil` if nothing that counts.
    public var consent: FlameConsent? { verdict.consent }
    /// The id of the node's part.
    public var partID: String { row.key.id }
    /// The id of the analysis.
    public var analysisID: String { row.parent ?? run.analysis ?? "" }
    /// Why a run has to stop; `nil` if none runs or it may go on. One that can't be read may not.
    public var stopReason: String? { runFault?.message ?? (run.isRunning ? run.stopReason : nil) }
    /// Why the row can't be read; `nil` if it can.
    public var fault: String? { row.fault }

    /// What is in the way of a start. A finished run is, unless a restart is asked for.
    public var blockers: [StartBlocker] { blockers(isRestart: false) }

    /// What is in the way of a start.
    ///
    /// - Parameter isRestart: Whether the operator asked for another run.
    func blockers(isRestart: Bool) -> [StartBlocker] {
        let damage: [StartBlocker] = runFault == nil ? [] : [.runUnreadable]
        guard let part else { return [.analysisUnknown] + damage }
        return damage + verdict.blockers
            + StartBlocker.blockers(
                of: part,
                hasConsent: hasConsent,
                hasData: true,
                hasDistribution: hasDistribution,
                isDistributionStale: verdict.isDistributionStale,
                isRestart: isRestart
            )
    }
}

extension FlameNodeError {
    /// What is said of an analysis that is not in the mirror.
    public static func noPart(in analysis: String) -> FlameNodeError {
        FlameNodeError(.input, "this node has no part in an analysis \(analysis)")
    }
}

/// Puts together what is known about the analyses of this node.
public struct FlameAnalysisViews: Sendable {
    let reader: FlameReader
    let judge: ConsentJudge

    /// - Parameters:
    ///   - reader: Where the mirror is.
    ///   - consent: Where consent comes from.
    ///   - now: The time, for consents that end.
    public init(
        reader: FlameReader,
        consent: FlameConsentSource,
        now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.reader = reader
        judge = ConsentJudge(reader: reader, source: consent, now: now)
    }

    /// The view of one analysis; `nil` if this node has no part in it. One that is gone at the Hub is found as long as
    /// it runs here.
    ///
    /// - Parameter id: The id of the analysis, or of the node's part.
    public func view(_ id: String) async throws -> FlameAnalysisView? {
        let id = FlameRow.normalized(id)
        let hasDistribution = try await hasDistribution()
        var row = try await reader.row(FlameRow.Key(.analysisNode, id))
        if row == nil { row = try await reader.parts(.analysisNode, in: id).first }
        if let row { return try await view(row, hasDistribution) }
        return try await gone(id, hasDistribution)
    }

    /// A run whose row the Hub has no longer.
    private func gone(_ id: String, _ hasDistribution: Bool) async throws -> FlameAnalysisView? {
        for (part, body) in try await reader.activeRuns().sorted(by: { $0.key < $1.key }) {
            // A run that can't be read has no analysis to be found by.
            let run = try? FlameRun(stored: body)
            guard part == id || run?.analysis == id else { continue }
            var row = FlameRow(FlameRow.Key(.analysisNode, part), standing: .closed, raw: "{}")
            row.parent = run?.analysis
            return FlameAnalysisView(
                row: row,
                run: run ?? FlameRun(status: nil, progress: nil),
                hasOwnRun: true,
                isGone: true,
                runFault: run == nil ? StoreError(.damaged, "What is known of the run can't be read.") : nil,
                part: nil,
                analysis: nil,
                verdict: .init(hasConsent: false, consent: nil, blockers: [], isDistributionStale: false),
                hasDistribution: hasDistribution
            )
        }
        return nil
    }

    /// The analyses of a standing: `pending` or `active`; all of them if it is `nil`.
    public func views(_ standing: FlameRow.Standing?, limit: Int) async throws -> [FlameAnalysisView] {
        let rows: [FlameRow]
        if let standing {
            rows = try await reader.rows(.analysisNode, standing, limit: limit)
        } else {
            rows = try await reader.rows(.analysisNode, limit: limit)
        }
        let hasDistribution = try await hasDistribution()
        var views: [FlameAnalysisView] = []
        for row in rows { views.append(try await view(row, hasDistribution)) }
        return views
    }

    /// Only a Hub that is known to be too old for it does without.
    private func hasDistribution() async throws -> Bool {
        try await FlameSyncState.read(reader)?.hubVersion.flatMap { HubVersion($0) }.map { $0 >= .clientsForNodes }
            ?? true
    }

    private func view(_ row: FlameRow, _ hasDistribution: Bool) async throws -> FlameAnalysisView {
        let analysis = try await row.parent.asyncMap { try await reader.row(FlameRow.Key(.analysis, $0)) }.flatMap {
            $0
        }
        let part = row.record(AnalysisNode.self, embedding: analysis.map { ["analysis": $0] } ?? [:])
        let target = OutboxEntry.Write.target(analysisNode: row.key.id)
        var run = FlameRun(status: part?.executionStatus, progress: part?.executionProgress)
        var hasOwnRun = false
        var runFault: StoreError?
        if let stored = try await reader.openRun(row.key.id, target: target) {
            do {
                run = try FlameRun(stored: stored)
                hasOwnRun = true
            } catch {
                runFault = error
            }
        }
        return FlameAnalysisView(
            row: row,
            run: run,
            hasOwnRun: hasOwnRun,
            isGone: false,
            runFault: runFault,
            part: part,
            analysis: part?.analysis,
            verdict: try await judge.verdict(on: row, analysis),
            hasDistribution: hasDistribution
        )
    }
}

extension Optional {
    /// The value of an asynchronous function of what is there.
    func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
