// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import HTTPTransport
import PodSandbox
import Testing

@testable import AgentDaemon
@testable import FlameNode
@testable import Health
@testable import TaskFlow

@Suite("The FLAME node of a running daemon", .serialized, .timeLimit(.minutes(2)))
struct FlameDaemonTests {
    private static func with(_ body: @Sendable (RunningAgent) async throws -> Void) async throws {
        var settings = AgentSettings()
        settings.isFlameNode = true
        settings.flameInterval = "1s"
        try await RunningAgent.with(settings) { agent in
            _ = try await agent.report { $0.flame?.isFilling == false && $0.components["flame"]?.isWell == true }
            try await body(agent)
        }
    }

    @Test("A row of another node refuses the page: nothing of it is kept; status, metrics and audit tell")
    func foreignRow() async throws {
        try await Self.with { agent in
            let hub = agent.sandbox.flame
            let foreign = hub.insert("analysis-nodes", ["nodeId": .string(hub.seed.aggregator.id)])
            let known = try await agent.report { _ in true }
            try hub.answerLists(with: [try #require(hub.record("analysis-nodes", foreign))])
            let report = try await agent.report { $0.flame?.problem != nil }
            #expect(
                report.flame?.problem?.contains("ignored a part of the query for analysis-nodes: filter nodeId") == true
            )
            #expect(report.components["flame"]?.isWell == false)
            #expect(!report.isReady)
            #expect(report.flame?.analyses == known.flame?.analyses)
            #expect(try await agent.metrics().contains("podagent_flame_cycles_total{result=\"failed\"}"))

            hub.faults.clear()
            _ = try await agent.report { $0.flame?.problem == nil && $0.components["flame"]?.isWell == true }
            let (reader, _) = try Agent.flameReader(agent.configuration)
            #expect(try await reader.row(FlameRow.Key(.analysisNode, foreign)) == nil)
            #expect(try await agent.entries(.flameNode).count { $0.reason == "foreign-row" } == 1)
        }
    }

    @Test("A Hub that is gone leaves the mirror readable beside the daemon, and says how old it is")
    func hubGone() async throws {
        try await Self.with { agent in
            agent.sandbox.flame.faults.plan(.dropConnection, times: nil)
            let report = try await agent.report { $0.flame?.problem != nil }
            let (reader, views) = try Agent.flameReader(agent.configuration)
            let known = try await FlameStatus.read(reader)
            #expect(report.flame?.lastSuccess != nil)
            #expect(try await views.views(nil, limit: 100).count == known.analyses)
            let approvals = try await Agent.flameApprovals(agent.configuration).show()
            #expect(approvals.count == known.pendingAnalyses + known.pendingProjects)
            // What is asked meanwhile is kept.
            let waiting = try #require(approvals.last)
            let outcome = try await Agent.perform(
                .decide(.analysis, part: waiting.part, isApproved: true, comment: nil, shown: waiting.shown),
                agent.configuration
            )
            #expect(!outcome.isDone)
            let later = try await agent.report { $0.flame?.waitingWrites == 1 }
            #expect(later.flame?.lastSuccess == report.flame?.lastSuccess)
        }
    }

    @Test("A row that can't be read is kept as it is and counted, and the loop goes on")
    func unreadableRow() async throws {
        try await Self.with { agent in
            let hub = agent.sandbox.flame
            let odd = hub.addAnalysis(part: ["approvalStatus": 7]).part
            let known = try await agent.report { $0.flame?.unreadableRows == 1 }
            let pending = known.flame?.pendingAnalyses ?? 0
            let next = hub.addAnalysis().part
            let report = try await agent.report { $0.flame?.pendingAnalyses == pending + 1 }
            let (reader, _) = try Agent.flameReader(agent.configuration)
            let row = try #require(try await reader.row(FlameRow.Key(.analysisNode, odd)))
            #expect(row.fault?.contains("approvalStatus") == true)
            #expect(row.raw.contains("\"approvalStatus\":7"))
            #expect(try await reader.row(FlameRow.Key(.analysisNode, next))?.standing == .pending)
            #expect(report.components["flame"]?.isWell == true)
        }
    }
}

extension RunningAgent {
    /// Asks the daemon how it is until the answer is as it should be.
    fileprivate func report(_ isAsExpected: @Sendable (StatusReport) -> Bool) async throws -> StatusReport {
        let client = StatusClient(address: configuration.status.address)
        while true {
            let report = try await client.report()
            if isAsExpected(report) { return report }
        }
    }

    /// What the daemon tells Prometheus.
    fileprivate func metrics() async throws -> String {
        guard case .unixSocket(let path) = configuration.status.address else { throw FixtureFault() }
        var settings = HTTPClientConfiguration()
        settings.unixSocket = URL(filePath: path)
        let http = HTTPClient(settings)
        defer { http.shutdown() }
        let url = try #require(URL(string: "http://localhost/metrics"))
        return String(decoding: try await http.send(HTTPRequest(.get, url)).body, as: UTF8.self)
    }

    /// The audit log's entries of a type.
    fileprivate func entries(_ type: AuditEntryType) async throws -> [AuditEntry] {
        let reader = try Agent.auditReader(configuration)
        defer { try? reader.close() }
        var found: [AuditEntry] = []
        for try await recorded in reader.entries(matching: AuditQuery(types: [type])) { found.append(recorded.entry) }
        return found
    }
}

extension SandboxFlameHub {
    /// Answers every question for analysis-nodes with these rows.
    fileprivate func answerLists(with rows: [[String: PodSandbox.JSONValue]]) throws {
        let page: PodSandbox.JSONValue = [
            "data": .array(rows.map { .object($0) }),
            "meta": ["total": .integer(Int64(rows.count)), "limit": 50, "offset": 0],
        ]
        let body = String(decoding: try page.encoded(), as: UTF8.self)
        faults.plan(.status(200, body: body), method: "GET", path: "/core/analysis-nodes", times: nil)
    }
}

struct FixtureFault: Error {}
