// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import MessagePack
import PodSandbox
import Testing

@testable import AgentDaemon

/// Tasks that run: modellers of both generations over real sockets, with runners that are real processes.
@Suite("Accepted tasks run against the sandbox", .serialized, .timeLimit(.minutes(2)))
struct HandoffTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func settings(
        _ runner: String,
        _ script: String...,
        csv: String = "age\n1\n",
        algorithm: String = "ColumnAverage"
    ) -> AgentSettings {
        var settings = AgentSettings()
        let command = ["/usr/bin/env", "python3", "-B", Self.root.appending(path: runner).path] + script
        settings.runner = RunnerSettings(command: command, csv: csv, algorithms: [algorithm])
        return settings
    }

    private func submission(_ generation: Generation) -> TaskSubmission {
        var submission = TaskSubmission([RunningAgent.dataset], generation: generation)
        submission.awaitsResults = true
        return submission
    }

    private func entries(_ configuration: AgentConfiguration, _ type: AuditEntryType) async throws -> [AuditEntry] {
        let reader = try Agent.auditReader(configuration)
        defer { try? reader.close() }
        var found: [AuditEntry] = []
        for try await recorded in reader.entries(matching: AuditQuery(types: [type])) { found.append(recorded.entry) }
        return found
    }

    private func waitForEnd(_ configuration: AgentConfiguration) async throws -> AuditEntry {
        while true {
            if let entry = try await entries(configuration, .taskFinished).first { return entry }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("The example runner sums a column, and its modeller gets the sum")
    func example() async throws {
        let csv = "age,name\n" + (1...1_000).map { "\($0).5,\"patient, \($0)\"\n" }.joined()
        let settings = settings("docs/examples/column_sum.py", csv: csv, algorithm: "ColumnSum")
        try await RunningAgent.with(settings) { agent in
            var submission = submission(.g1)
            submission.protocolDocument = [
                "class_name": "bitfount.ResultsOnly",
                "algorithm": .map(["class_name": "ColumnSum", "field": "age"]),
            ]
            let outcome = try await agent.allowedModeller("alice").run(submission)
            #expect(outcome.answer == .accepted)
            #expect(outcome.results == [.double(501_000)])
            let end = try await waitForEnd(agent.configuration)
            #expect(end.run?.outcome == "completed")
            #expect(end.reason == nil)
            // The example is for first-generation modellers only.
            let other = try await agent.allowedModeller("bob").run(TaskSubmission([RunningAgent.dataset]))
            #expect(other.answer == .rejected(code: "INCOMPATIBLE_DATASOURCE", details: []))
        }
    }

    @Test("A result that is too long for a message goes through the storage", arguments: Generation.allCases)
    func largeResult(generation: Generation) async throws {
        try await RunningAgent.with(settings("Sandbox/Runner/scripted_runner.py", "large-600000")) { agent in
            let outcome = try await agent.allowedModeller("alice").run(submission(generation))
            #expect(outcome.results == [.binary([UInt8](repeating: 7, count: 600_000))])
            #expect(try await waitForEnd(agent.configuration).run?.outcome == "completed")
        }
    }

    @Test("A task that fails is given up, and its modeller learns nothing else", arguments: Generation.allCases)
    func failure(generation: Generation) async throws {
        try await RunningAgent.with(settings("Sandbox/Runner/scripted_runner.py", "fails")) { agent in
            let outcome = try await agent.allowedModeller("alice").run(submission(generation))
            #expect(outcome.answer == .accepted)
            #expect(outcome.abort == .aborted(reason: .workerError, message: "The task failed on the pod"))
            #expect(try await waitForEnd(agent.configuration).reason == "runner-failed")
        }
    }

    @Test("A stop of the agent ends what runs, and its modeller hears of it before the agent is gone")
    func stop() async throws {
        try await RunningAgent.with(settings("Sandbox/Runner/scripted_runner.py", "obeys")) { agent in
            let modeller = try agent.allowedModeller("alice")
            try await modeller.submit(submission(.g2))
            _ = try await agent.sandbox.messageService.waitForMessage { $0.type == .taskStart }
        } afterwards: { agent in
            #expect(try await entries(agent.configuration, .taskFinished).map(\.reason) == ["agent-stopped"])
            let sent = agent.sandbox.messageService.sentMessages.filter { $0.caller == "acme" }
            #expect(sent.last?.type == .taskAbort)
            // Nothing is left for the next start.
            try await agent.whileServing {}
            #expect(try await entries(agent.configuration, .taskFinished).count == 1)
        }
    }

    @Test("A runner that is not confined is not used")
    func unconfined() async throws {
        var settings = settings("docs/examples/column_sum.py", algorithm: "ColumnSum")
        settings.runner?.allowUnconfined = []
        try await RunningAgent.with(settings) { agent in
            var submission = submission(.g1)
            submission.protocolDocument = [
                "class_name": "bitfount.ResultsOnly",
                "algorithm": .map(["class_name": "ColumnSum", "field": "age"]),
            ]
            let outcome = try await agent.allowedModeller("alice").run(submission)
            #expect(outcome.answer == .rejected(code: "NO_ACCESS", details: []))
            let decision = try #require(try await entries(agent.configuration, .accessDecision).first)
            #expect(decision.reason == "runner-not-confined")
        }
    }
}
