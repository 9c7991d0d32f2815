// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct FlameBatchTests {
    let directory: TemporaryDirectory
    let store: AgentStore
    private let part = FlameRow.Key(.analysisNode, "part")
    private let analysis = FlameRow.Key(.analysis, "analysis")

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path("agent.sqlite"))
    }

    /// Something of everything.
    private func batch() -> FlameBatch {
        var row = FlameRow(part, standing: .active, raw: #"{"id":"part"}"#)
        row.parent = analysis.id
        row.approval = "approved"
        row.execution = "executing"
        row.updatedAt = "2026-11-22T10:00:00.000Z"
        row.fault = "a field is missing"
        var batch = FlameBatch()
        batch.rows = [row, FlameRow(analysis, standing: .context, raw: "{}")]
        batch.values = ["sync": "state"]
        batch.writes = [.init(id: 1, target: "a", body: "{}"), .init(id: 2, target: "b", body: "{}")]
        batch.consents = [
            FlameConsent(analysis, isGranted: true, by: .operator, at: Date(timeIntervalSince1970: 1_800_000_000))
        ]
        batch.runs = ["part": .init(isRunning: true, body: "run")]
        batch.entries = [AuditEntry(.flameAnalysis)]
        return batch
    }

    @Test func everythingIsReadAsItWasWritten() async throws {
        let batch = batch()
        try await store.apply(batch)
        let flame = store.flame
        #expect(try await flame.row(part) == batch.rows[0])
        #expect(try await flame.rows(.analysisNode, ids: ["part", "other"]) == ["part": batch.rows[0]])
        #expect(try await flame.parts(.analysisNode, in: analysis.id) == [batch.rows[0]])
        #expect(try await flame.unreadableRows() == 1)
        #expect(try await flame.value("sync") == "state")
        #expect(try await flame.writes() == batch.writes)
        #expect(try await flame.consents() == batch.consents)
        #expect(try await flame.consent(analysis) == batch.consents[0])
        #expect(try await flame.consent(part) == nil)
        #expect(try await flame.activeRuns() == ["part": "run"])
        #expect(try await recorded() == [.flameAnalysis])
        try await store.close()
    }

    @Test func laterBatchesReplaceSettleAndRemove() async throws {
        try await store.apply(batch())
        var changed = FlameRow(part, standing: .closed, raw: #"{"id":"part","executionStatus":"executed"}"#)
        changed.execution = "executed"
        var next = FlameBatch()
        next.rows = [changed]
        next.removed = [analysis]
        next.settled = [1]
        next.values = ["sync": "later"]
        next.runs = ["part": .init(isRunning: false, body: "over")]
        try await store.apply(next)
        let flame = store.flame
        #expect(try await flame.row(part) == changed)
        #expect(try await flame.row(analysis) == nil)
        #expect(try await flame.count(.analysisNode) == 1)
        #expect(try await flame.count(.analysis) == 0)
        #expect(try await flame.writes().map(\.id) == [2])
        #expect(try await flame.value("sync") == "later")
        #expect(try await flame.activeRuns() == [:])
        try await store.close()
    }

    @Test func aRunIsOpenUntilTheHubHasHeardOfItsEnd() async throws {
        try await store.apply(batch())
        #expect(try await store.flame.openRun("part", target: "b") == "run")
        var over = FlameBatch()
        over.runs = ["part": .init(isRunning: false, body: "over")]
        try await store.apply(over)
        #expect(try await store.flame.openRun("part", target: "b") == "over")
        var settled = FlameBatch()
        settled.settled = [2]
        try await store.apply(settled)
        #expect(try await store.flame.openRun("part", target: "b") == nil)
        try await store.close()
    }

    @Test func anotherNodeKeepsNothingButTheConsents() async throws {
        try await store.apply(batch())
        var start = FlameBatch()
        start.startsOver = true
        start.values = ["sync": "new"]
        try await store.apply(start)
        let flame = store.flame
        #expect(try await flame.row(part) == nil)
        #expect(try await flame.count(.analysisNode) == 0)
        #expect(try await flame.writes() == [])
        #expect(try await flame.activeRuns() == [:])
        #expect(try await flame.value("sync") == "new")
        #expect(try await flame.consents().count == 1)
        try await store.close()
    }

    @Test func whatCantBeRecordedIsNotStored() async throws {
        try await store.log.store.write { db in
            let refusal = "BEFORE INSERT ON main.entry BEGIN SELECT RAISE(ABORT, 'full'); END"
            try db.execute(sql: "CREATE TEMP TRIGGER no_entry \(refusal)")
        }
        let batch = batch()
        await #expect(throws: StoreError.self) { try await store.apply(batch) }
        #expect(try await store.flame.row(part) == nil)
        #expect(try await store.flame.writes() == [])
        #expect(try await recorded() == [])
        try await store.close()
    }

    private func recorded() async throws -> [AuditEntryType] {
        var types: [AuditEntryType] = []
        for try await entry in store.entries() { types.append(entry.entry.type) }
        return types
    }
}
