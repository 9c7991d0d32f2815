// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import PodSandbox
import Testing

@testable import AgentDaemon

/// What is checked with the Hub's keys, in the whole daemon.
@Suite("Proof before effort", .serialized, .timeLimit(.minutes(3)))
struct ProofTests {
    private func entries(_ configuration: AgentConfiguration, _ type: AuditEntryType) async throws -> [AuditEntry] {
        let reader = try Agent.auditReader(configuration)
        defer { try? reader.close() }
        var found: [AuditEntry] = []
        for try await recorded in reader.entries(matching: AuditQuery(types: [type])) { found.append(recorded.entry) }
        return found
    }

    private func questions(_ agent: RunningAgent) -> Int {
        agent.sandbox.accessManager.log.requests(path: "/api/access").count
    }

    @Test("A forged signature is told from a genuine one with the Hub's key, and the Access Manager is not asked")
    func forgedSignature() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            var forged = TaskSubmission([RunningAgent.dataset])
            forged.flaw = .forgedSignature
            #expect(try await modeller.run(forged).answer.description.contains("INVALID_PROOF_OF_IDENTITY"))
            #expect(questions(agent) == 0)
            #expect(try await entries(agent.configuration, .accessDecision).map(\.reason) == ["forged-signature"])
            #expect(try await modeller.run(TaskSubmission([RunningAgent.dataset])).answer == .accepted)
            #expect(questions(agent) == 1)
        }
    }

    @Test("8 exchanges in her name that nobody answers hold up no signed request of a modeller")
    func silentExchanges() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            var silent = TaskSubmission([RunningAgent.dataset], authentication: .oidcDeviceCode)
            silent.conduct = .silent
            for _ in 0..<8 { try await modeller.submit(silent) }
            var genuine = TaskSubmission([RunningAgent.dataset])
            genuine.patience = .seconds(10)
            #expect(try await modeller.run(genuine).answer == .accepted)
        }
    }

    @Test("200 forged requests in other names hold up no signed request, and all are accounted for")
    func forgedFlood() async throws {
        try await RunningAgent.with { agent in
            let modeller = try agent.allowedModeller("alice")
            for number in 0..<200 {
                var forged = TaskSubmission([RunningAgent.dataset])
                forged.delivery = .inline
                forged.flaw = .forgedSignature
                try await agent.sandbox.addModeller("name-\(number)", signingKey: RecordedKeys.load().modeller)
                    .submit(forged)
            }
            var genuine = TaskSubmission([RunningAgent.dataset])
            genuine.patience = .seconds(10)
            #expect(try await modeller.run(genuine).answer == .accepted)
            #expect(questions(agent) == 1)
            try await agent.sandbox.messageService.waitUntilDrained(owner: "acme")
        } afterwards: { agent in
            let refused = try await entries(agent.configuration, .accessDecision)
                .filter { $0.reason == "forged-signature" }.count
            let discarded = try await entries(agent.configuration, .taskMalformed)
                .compactMap { $0.reference?.split(separator: " ").first?.split(separator: ":").last }
                .compactMap { Int($0) }
            #expect(refused + discarded.reduce(0, +) == 200)
            #expect(refused < 200)
        }
    }

    @Test("Where the owner accepts signatures only, nobody is asked for anything else")
    func methods() async throws {
        try await RunningAgent.prepared { agent in
            var configuration = agent.configuration
            configuration.access.methods = [.signature]
            let strict = RunningAgent(sandbox: agent.sandbox, configuration: configuration)
            try await strict.whileServing {
                let modeller = try strict.allowedModeller("alice")
                let asked = TaskSubmission([RunningAgent.dataset], authentication: .oidcDeviceCode)
                #expect(try await modeller.run(asked).answer.description.contains("TASK_SETUP_ERROR"))
                #expect(try await modeller.run(TaskSubmission([RunningAgent.dataset])).answer == .accepted)
                let reasons = try await entries(strict.configuration, .accessDecision).map(\.reason)
                #expect(reasons == ["method-not-allowed", "accepted"])
            }
        }
    }

    @Test("A dataset that is restricted to projects takes tasks of no other")
    func projects() async throws {
        try await RunningAgent.prepared { agent in
            var configuration = agent.configuration
            configuration.pod?.datasets[0].projects = ["project-1"]
            let strict = RunningAgent(sandbox: agent.sandbox, configuration: configuration)
            try await strict.whileServing {
                let modeller = try strict.allowedModeller("alice")
                for (project, isAllowed) in [("project-1", true), ("project-2", false), (nil, false)] {
                    var submission = TaskSubmission([RunningAgent.dataset])
                    submission.projectID = project
                    #expect((try await modeller.run(submission).answer == .accepted) == isAllowed)
                }
            }
        }
    }

    @Test("A key that was there before is taken over: that is on record, and what was signed before is refused")
    func takeOver() async throws {
        try await RunningAgent.with { agent in
            let taken = try await entries(agent.configuration, .keyCreated).filter { $0.reason == "taken-over" }
            #expect(taken.count == 1)
            let modeller = try agent.allowedModeller("alice")
            var submission = TaskSubmission([RunningAgent.dataset])
            var tampering = Tampering()
            tampering.timestamp = Date.now.addingTimeInterval(-200).formatted(.iso8601)
            submission.tampering = tampering
            _ = try await modeller.run(submission)
            let reasons = try await entries(agent.configuration, .accessDecision).map(\.reason)
            #expect(reasons == ["signed-before-take-over"])
        } afterwards: { agent in
            // The second start knows the key.
            try await agent.whileServing {}
            let taken = try await entries(agent.configuration, .keyCreated).filter { $0.reason == "taken-over" }
            #expect(taken.count == 1)
        }
    }
}
