// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import FlameHub
@testable import FlameTestSupport

extension ConformanceTests {
    static var specials: [Case] { decisions + commands + credentials + logs }

    private static func part(_ fields: JSONObject) -> Reply { .record(Rows.part(1, fields), status: 202) }

    private static var decisions: [Case] {
        [
            Case(
                "POST /core/analysis-nodes/\(one)",
                ["approvalStatus": "approved"],
                part(["approvalStatus": "approved"])
            ) { session in
                let isRight = try await session.core.analysisNodes.approve(Rows.id(1)).approvalStatus == .approved
                #expect(isRight)
            },
            Case(
                "POST /core/analysis-nodes/\(one)",
                ["approvalStatus": "rejected", "comment": "no"],
                part(["approvalStatus": "rejected", "comment": "no"])
            ) { try await $0.core.analysisNodes.reject(Rows.id(1), comment: "no") },
            Case("POST /core/analysis-nodes/\(one)", ["approvalStatus": nil], part([:])) {
                try await $0.core.analysisNodes.withdrawDecision(Rows.id(1))
            },
            Case(
                "POST /core/project-nodes/\(one)",
                ["approvalStatus": "approved"],
                .record(changed(by: ["approvalStatus": "approved"]), status: 202)
            ) {
                try await $0.core.projectNodes.approve(Rows.id(1))
            },
            // A report never names the decision or the comment.
            Case(
                "POST /core/analysis-nodes/\(one)",
                ["executionStatus": "executing", "executionProgress": 12],
                part(["executionStatus": "executing", "executionProgress": 12])
            ) { try await $0.core.analysisNodes.report(Rows.id(1), status: .executing, progress: 12) },
            Case("POST /core/analysis-nodes/\(one)", ["executionProgress": 13], part(["executionProgress": 13])) {
                try await $0.core.analysisNodes.report(Rows.id(1), progress: 13)
            },
        ]
    }

    private static var commands: [Case] {
        [
            AnalysisCommand.buildStart, .buildCheck, .configurationLock, .configurationUnlock, .distributionStart,
            .distributionCheck, .storageCheck,
        ].map { command in
            Case(
                "POST /core/analyses/\(one)/command",
                ["command": .string(command.rawValue)],
                .record(anything, status: 202)
            ) { try await $0.core.analyses.send(command, to: Rows.id(1)) }
        } + [
            Case(
                "POST /core/services/registry/command",
                ["command": "setup", "id": .string(one)],
                .json("null", status: 202)
            ) { try await $0.core.registries.send(.setup, to: Rows.id(1)) },
            Case("POST /core/master-images/command", ["command": "sync"], .json("null", status: 202)) {
                try await $0.core.masterImages.sync()
            },
            Case(
                "POST /core/master-images/command",
                ["command": "build", "id": .string(one)],
                .record(anything, status: 202)
            ) { try await $0.core.masterImages.build(Rows.id(1)) },
        ]
    }

    private static var credentials: [Case] {
        let client = Reply.json(#"{"id":"\#(one)","name":"n","displayName":null,"secret":"s3"}"#)
        let registry = Reply.json(#"{"host":"h","externalName":"x","accountName":null,"accountSecret":"s4"}"#)
        return [
            Case("GET /core/nodes/\(one)/registry/credentials", registry) {
                let credentials = try await $0.core.nodes.registryCredentials(of: Rows.id(1))
                #expect(credentials.accountSecret == "s4")
                #expect(!"\(credentials)".contains("s4"))
            },
            Case("GET /core/nodes/\(one)/client/credentials", client) {
                let credentials = try await $0.core.nodes.clientCredentials(of: Rows.id(1))
                #expect(credentials.secret == "s3")
                #expect(!"\(credentials)".contains("s3"))
            },
            Case("POST /core/nodes/\(one)/client/credentials", [:], client) {
                _ = try await $0.core.nodes.rotateClientCredentials(of: Rows.id(1))
            },
            Case(
                "POST /core/nodes/\(one)/client/credentials",
                ["secret": "s3", "name": "n", "displayName": "N"],
                client
            ) {
                _ = try await $0.core.nodes.rotateClientCredentials(
                    of: Rows.id(1),
                    secret: "s3",
                    name: "n",
                    displayName: "N"
                )
            },
            Case("GET /core/analyses/\(one)/client/credentials", client) {
                _ = try await $0.core.analyses.clientCredentials(of: Rows.id(1))
            },
            Case("POST /core/analyses/\(one)/client/credentials", ["secret": "s3"], client) {
                _ = try await $0.core.analyses.rotateClientCredentials(of: Rows.id(1), secret: "s3")
            },
        ]
    }

    private static var logs: [Case] {
        let line: JSONValue = [
            "time": "2026-08-20T14:58:48.000Z", "message": "abc", "service": "hub", "channel": "http", "level": "warn",
            "labels": ["code": "c1", "status": nil],
        ]
        let both = "filter%5BanalysisId%5D=\(one)&filter%5BnodeId%5D=\(two)"
        return [
            Case(
                "POST /core/analysis-node-logs",
                ["analysisId": .string(one), "nodeId": .string(two), "level": "warn", "message": "abc", "code": "c1"],
                .record(line, status: 202)
            ) { session in
                var draft = AnalysisNodeLogs.Draft(
                    analysisID: Rows.id(1),
                    nodeID: Rows.id(2),
                    level: .warn,
                    message: "abc"
                )
                draft.code = "c1"
                let isRight = try await session.core.analysisNodeLogs.create(draft).labels["code"] == "c1"
                #expect(isRight)
            },
            Case("GET /core/analysis-node-logs\(page)&\(both)", .list([line])) {
                let found = try await $0.core.analysisNodeLogs.find(analysis: Rows.id(1), node: Rows.id(2))
                #expect(found.first?.level == .warn)
            },
            Case("GET /core/analysis-node-logs\(page)&\(both)&filter%5Blevel%5D=error", .list([])) {
                _ = try await $0.core.analysisNodeLogs.find(analysis: Rows.id(1), node: Rows.id(2), level: .error)
            },
            Case("DELETE /core/analysis-node-logs?\(both)", .json("null", status: 202)) {
                try await $0.core.analysisNodeLogs.deleteAll(analysis: Rows.id(1), node: Rows.id(2))
            },
            Case("GET /core/analysis-logs\(page)&filter%5BanalysisId%5D=\(one)", .list([["time": 1_700_000_000]])) {
                session in
                let isRight = try await session.core.analysisLogs.find(analysis: Rows.id(1)).first?.time == "1700000000"
                #expect(isRight)
            },
            Case("DELETE /core/analysis-logs?filter%5BanalysisId%5D=\(one)", .json("", status: 202)) {
                try await $0.core.analysisLogs.deleteAll(analysis: Rows.id(1))
            },
        ]
    }
}
