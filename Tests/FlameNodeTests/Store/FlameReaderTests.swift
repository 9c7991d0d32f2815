// SPDX-License-Identifier: Apache-2.0

import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct FlameReaderTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: FlameRow.Standing.allCases)
    func findsTheRowsOfAStanding(_ standing: FlameRow.Standing) async throws {
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        var batch = FlameBatch()
        for (number, standing) in FlameRow.Standing.allCases.enumerated() {
            for id in 0...number {
                batch.rows.append(FlameRow(.init(.analysisNode, "\(standing)-\(id)"), standing: standing, raw: "{}"))
                batch.rows.append(FlameRow(.init(.projectNode, "\(standing)-\(id)"), standing: standing, raw: "{}"))
            }
        }
        try await store.apply(batch)
        let expected = batch.rows.filter { $0.key.kind == .analysisNode && $0.standing == standing }
        #expect(try await store.flame.rows(.analysisNode, standing) == expected)
        #expect(try await store.flame.count(.analysisNode, standing) == expected.count)
        #expect(
            try await store.flame.rows(.analysisNode, standing, after: expected[0].key.id, limit: 1)
                == Array(expected.dropFirst().prefix(1))
        )
        try await store.close()
    }

    /// A look at the Hub asks this each time, whatever the number of rows.
    @Test(arguments: [FlameRow.Standing.pending, .active])
    func findsTheOpenRowsByTheirIndex(_ standing: FlameRow.Standing) async throws {
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        let plan = try await store.log.store.write { db in
            let condition = "kind = ? AND \(FlameTables.condition(standing)) AND id > ? ORDER BY id"
            let sql = "EXPLAIN QUERY PLAN SELECT raw FROM flame_row WHERE \(condition)"
            return try Row.fetchAll(db, sql: sql, arguments: ["analysis-node", ""]).map { $0["detail"] as String }
        }
        #expect(plan.count == 1)
        #expect(plan.first?.contains("USING INDEX flame_row_standing (kind=? AND standing=? AND id>?)") == true)
        try await store.close()
    }
}
