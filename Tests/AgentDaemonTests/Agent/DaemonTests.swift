// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Foundation
import Health
import PodSandbox
import Testing

@testable import AgentDaemon

@Suite("The daemon against the sandbox", .serialized, .timeLimit(.minutes(2)))
struct DaemonTests {
    private func decisions(_ configuration: AgentConfiguration) async throws -> [AuditEntry] {
        let reader = try Agent.auditReader(configuration)
        defer { try? reader.close() }
        var found: [AuditEntry] = []
        for try await recorded in reader.entries(matching: AuditQuery(types: [.accessDecision])) {
            found.append(recorded.entry)
        }
        return found
    }

    @Test(
        "A signed task of each generation is accepted, recorded, and told that nothing will run",
        arguments: Generation.allCases
    )
    func accepts(generation: Generation) async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            let outcome = try await modeller.run(TaskSubmission([RunningAgent.dataset], generation: generation))
            #expect(outcome.answer == .accepted)
            #expect(outcome.surplusAnswers == 0)
            let decision = try #require(try await decisions(agent.configuration).first)
            #expect(decision.task == outcome.taskID)
            #expect(decision.modeller == "alice")
            #expect(decision.dataset == RunningAgent.dataset)
            #expect(decision.method == .signature)
            #expect(decision.decision == .accept)
            #expect(decision.by == .accessManager)
            #expect(decision.accessManager?.code == "ACCEPT")
            let sent = agent.sandbox.messageService.sentMessages
            #expect(sent.map(\.type).prefix(2) == [.jobAccept, .taskAbort])
        }
    }

    @Test("Who has no grant is rejected, and the audit says by whom")
    func rejects() async throws {
        try await RunningAgent.with { agent in
            let modeller = agent.sandbox.addModeller("mallory", signingKey: try RecordedKeys.load().modeller)
            let outcome = try await modeller.run(TaskSubmission([RunningAgent.dataset]))
            #expect(outcome.answer == .rejected(code: "NO_ACCESS", details: []))
            let decision = try #require(try await decisions(agent.configuration).first)
            #expect(decision.decision == .reject)
            #expect(decision.reason == "access-manager-no-access")
        }
    }

    @Test("An identity exchange takes place over the task's mailbox")
    func identityExchange() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            let submission = TaskSubmission([RunningAgent.dataset], authentication: .oidcAuthorizationCode)
            let outcome = try await modeller.run(submission)
            #expect(outcome.answer == .accepted)
            #expect(try await decisions(agent.configuration).first?.method == .oidcAuthorizationCode)
        }
    }

    @Test("A modeller who withdraws during the exchange gets an abort, and the decision names the reason")
    func withdrawal() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            var submission = TaskSubmission([RunningAgent.dataset], authentication: .oidcDeviceCode)
            submission.conduct = .cancels
            let outcome = try await modeller.run(submission)
            guard case .aborted(let reason, _) = outcome.answer else {
                Issue.record("expected an abort, got \(outcome.answer)")
                return
            }
            #expect(reason == .cancelledByModeller)
            #expect(try await decisions(agent.configuration).first?.reason == "cancelled-by-modeller")
        }
    }

    @Test("A modeller who never answers holds up nobody else")
    func silentModeller() async throws {
        var settings = AgentSettings()
        settings.concurrentTasks = 2
        settings.concurrentTasksPerModeller = 1
        try await RunningAgent.with(settings) { agent in
            let silent = try agent.allowedModeller("silent")
            var submission = TaskSubmission([RunningAgent.dataset], authentication: .oidcDeviceCode)
            submission.conduct = .silent
            for _ in 0..<3 { try await silent.submit(submission) }
            let other = try agent.allowedModeller("alice")
            for _ in 0..<3 {
                #expect(try await other.run(TaskSubmission([RunningAgent.dataset])).answer == .accepted)
            }
        }
    }

    @Test("Stopped in an exchange, the agent answers before it ends; started again, it decides nothing twice")
    func stopsAndStartsAgain() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            var submission = TaskSubmission([RunningAgent.dataset], authentication: .oidcDeviceCode)
            submission.conduct = .silent
            try await modeller.submit(submission)
            _ = try await agent.sandbox.messageService.waitForMessage { $0.type == .oidcChallenge }
            // The graceful stop and the second start follow when this returns.
        } afterwards: { agent in
            try await agent.whileServing {}
            let decisions = try await decisions(agent.configuration)
            #expect(decisions.map(\.reason) == ["interrupted"])
            let answers = agent.sandbox.messageService.sentMessages.filter { $0.type == .jobReject }
            #expect(answers.count == 1)
        }
    }

    @Test("The status server tells what is registered and alive")
    func status() async throws {
        try await RunningAgent.with { agent in
            let report = try await StatusClient(address: agent.configuration.status.address).report()
            #expect(report.pod == "acme/hospital-a")
            #expect(report.datasets.map(\.identifier) == [RunningAgent.dataset])
            #expect(report.components["registration"]?.isWell == true)
        }
    }

    @Test("Heartbeats and the status tell whether each dataset's files can be read")
    func datasetSources() async throws {
        struct Body: Decodable {
            struct Health: Decodable, Equatable {
                let name: String
                let status: String
                let error_code: String?
            }
            let datasourceHealth: [Health]?
        }
        var settings = AgentSettings()
        settings.heartbeatInterval = "1s"
        try await RunningAgent.with(settings) { agent in
            var seen: [Body.Health] = []
            var count = 1
            while seen.last?.status != "healthy" {
                let beats = try await agent.sandbox.hub.log.waitForRequests(count, method: "PATCH", path: "/api/pods")
                seen = try beats.flatMap { try JSONDecoder().decode(Body.self, from: $0.body).datasourceHealth ?? [] }
                try #require(seen.count == beats.count)
                count = beats.count + 1
            }
            #expect(seen.last == Body.Health(name: "heart-data", status: "healthy", error_code: nil))
            #expect(seen.dropLast().allSatisfy { $0.error_code == "CHECK_PENDING" })
            let report = try await StatusClient(address: agent.configuration.status.address).report()
            #expect(report.datasets.map(\.source.status) == [.healthy])
        }
    }
}
