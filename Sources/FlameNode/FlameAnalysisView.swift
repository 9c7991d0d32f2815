// SPDX-License-Identifier: Apache-2.0

import AuditLog
public import FlameHub
import Foundation
import StateStore

/// This node's part in an analysis with everything that this machine knows about it.
public struct FlameAnalysisView: Sendable {
    let row: FlameRow
    let run: FlameRun
    /// Why what is stored of the run can't be read; `nil` if it can.
    let runFault: StoreError?
    /// The Hub's record; `nil` if it can't be read.
    public let part: AnalysisNode?
    /// The analysis as the Hub last embedded it.
    public let analysis: Analysis?
    /// Whether the data may be computed on.
    public let hasConsent: Bool
    /// Whether the Hub distributes images in a step of its own.
    let hasDistribution: Bool

    /// The id of the node's part.
    public var partID: String { row.key.id }
    /// The id of the analysis.
    public var analysisID: String { row.parent ?? "" }
    /// Why a run has to stop; `nil` if none runs or it may go on. One that can't be read may not.
    public var stopReason: String? { runFault?.message ?? (run.isRunning ? run.stopReason : nil) }
    /// Why the row can't be read; `nil` if it can.
    public var fault: String? { row.fault }

    /// What is in the way of a start.
    public var blockers: [StartBlocker] {
        let damage: [StartBlocker] = runFault == nil ? [] : [.runUnreadable]
        guard let part else { return [.analysisUnknown] + damage }
        return damage
            + StartBlocker.blockers(
                of: part,
                hasConsent: hasConsent,
                hasData: true,
                hasDistribution: hasDistribution,
                isRestart: true
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
    let consent: FlameConsentSource

    /// - Parameters:
    ///   - reader: Where the mirror is.
    ///   - consent: Where consent comes from.
    public init(reader: FlameReader, consent: FlameConsentSource) {
        self.reader = reader
        self.consent = consent
    }

    /// The view of one analysis; `nil` if this node has no part in it.
    ///
    /// - Parameter id: The id of the analysis, or of the node's part.
    public func view(_ id: String) async throws -> FlameAnalysisView? {
        let id = id.lowercased()
        let hasDistribution = try await hasDistribution()
        var row = try await reader.row(FlameRow.Key(.analysisNode, id))
        if row == nil { row = try await reader.parts(.analysisNode, in: id).first }
        return try await row.asyncMap { try await view($0, hasDistribution) }
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
        var runFault: StoreError?
        if let stored = try await reader.openRun(row.key.id, target: target) {
            do {
                run = try FlameRun(stored: stored)
            } catch {
                runFault = error
            }
        }
        return FlameAnalysisView(
            row: row,
            run: run,
            runFault: runFault,
            part: part,
            analysis: part?.analysis,
            hasConsent: try await hasConsent(row, analysis),
            hasDistribution: hasDistribution
        )
    }

    /// What was said about the analysis counts before what was said about its project, and both before the Hub.
    private func hasConsent(_ row: FlameRow, _ analysis: FlameRow?) async throws -> Bool {
        if let id = row.parent, let own = try await reader.consent(FlameRow.Key(.analysis, id)) { return own.isGranted }
        if let id = analysis?.parent, let project = try await reader.consent(FlameRow.Key(.project, id)) {
            return project.isGranted
        }
        return consent == .followHub && row.approval == ApprovalStatus.approved.rawValue
    }
}

extension Optional {
    /// The value of an asynchronous function of what is there.
    func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
