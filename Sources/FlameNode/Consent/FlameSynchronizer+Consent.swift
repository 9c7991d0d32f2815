// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Offloading
import StateStore

/// What an analysis consists of, and what follows for runs whose consent is gone.
extension FlameSynchronizer {
    /// The parts that are written to from here: a new time of change alone may be our own doing.
    var ours: Set<String> { Set(outbox.entries.compactMap(\.write.analysisPart)) }

    /// Reads what an analysis consists of, and stores what the Hub shows of its part meanwhile.
    ///
    /// - Throws: ``FlameNodeError`` with `input` if the Hub shows no such part; `FlameHubError`.
    func content(_ turn: borrowing AsyncLock.Turn, of part: FlameRow) async throws -> AnalysisContent {
        guard let analysis = part.parent.flatMap({ HubID<Analysis>($0) }) else {
            throw FlameNodeError(.input, "the part \(part.key.id) names no analysis")
        }
        guard let content = try await AnalysisContent.read(analysis, of: nodeID(), connection.node) else {
            throw FlameNodeError.noPart(in: analysis.text)
        }
        let batch = try await mirror.changes(by: [content.row], ours: ours)
        if !batch.isEmpty { try await save(turn, batch) }
        return content
    }

    /// Ends consents whose time is over, and stops the runs that have no consent any more. It asks nobody, so that it
    /// happens while the Hub is away, too.
    func stopUnconsented(_ turn: borrowing AsyncLock.Turn) async throws(StoreError) {
        for consent in try await store.reader.consents() where consent.isGranted {
            guard let until = consent.terms.until, until <= now() else { continue }
            try await save(turn, mirror.withdrawal(of: consent, because: "expired"))
        }
        for (id, body) in try await store.reader.activeRuns().sorted(by: { $0.key < $1.key }) {
            // One that can't be read has to stop for that reason, see `reconcile`.
            guard var run = try? FlameRun(stored: body), run.status != .stopping else { continue }
            guard let row = try await store.reader.row(FlameRow.Key(.analysisNode, id)) else { continue }
            let analysis = try await analysis(of: row)
            let verdict = try await judge.verdict(on: row, analysis)
            guard !verdict.hasConsent || verdict.blockers.contains(.projectRejected) else { continue }
            let reason = "the data owner's consent is gone"
            raise(turn, "run \(id)", "the analysis \(row.parent ?? id) runs here and has to stop: \(reason)")
            guard run.stopReason == nil else { continue }
            run.stopReason = reason
            var batch = FlameBatch()
            batch.runs[id] = try run.stored()
            batch.entries = [entries.about(row, .stopRequired, by: .failClosed, detail: "no-consent")]
            try await save(turn, batch)
        }
    }

    /// Stores the end of a run whose part is gone, and takes back what was said of it.
    func end(
        _ turn: borrowing AsyncLock.Turn,
        _ part: String,
        _ batch: FlameBatch,
        isOver: Bool
    ) async throws(StoreError) {
        if isOver { clear(turn, "run \(part)") }
        try await save(turn, batch)
    }

    private func analysis(of part: FlameRow) async throws(StoreError) -> FlameRow? {
        guard let id = part.parent else { return nil }
        return try await store.reader.row(FlameRow.Key(.analysis, id))
    }
}

extension OutboxEntry.Write {
    /// The id of the part in an analysis that it is written to; `nil` for everything else.
    var analysisPart: String? {
        switch self {
        case .report(let part, _), .analysisDecision(let part, _, _, _): part.text
        case .projectDecision, .publicKey, .log: nil
        }
    }
}
