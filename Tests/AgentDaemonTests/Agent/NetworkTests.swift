// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameNode
import Foundation
import HTTPTransport
import Health
import PodSandbox
import ServiceLifecycle
import Testing

@testable import AgentDaemon

@Suite("A pod and a FLAME node, each alone and both together", .serialized, .timeLimit(.minutes(2)))
struct NetworkTests {
    private static func settings(hasPod: Bool = true, isFlameNode: Bool = true) -> AgentSettings {
        var settings = AgentSettings()
        settings.hasPod = hasPod
        settings.isFlameNode = isFlameNode
        settings.flameInterval = "1s"
        settings.heartbeatInterval = "1s"
        return settings
    }

    /// Makes the FLAME Hub refuse the node.
    private func spoilFlameSecret(_ agent: RunningAgent) throws {
        guard case .client(_, let file) = agent.configuration.flame?.identity else { throw FixtureFault() }
        try Data("wrong".utf8).write(to: file)
    }

    /// Makes the Hub refuse the pod.
    private func refusePod(_ agent: RunningAgent) {
        agent.sandbox.hub.faults.plan(.status(401), method: "POST", path: "/api/pods", times: nil)
    }

    @Test("A FLAME node runs without a pod and without an account at Bitfount")
    func flameAlone() async throws {
        try await RunningAgent.prepared(Self.settings(hasPod: false)) { agent in
            try await agent.whileRunning {
                try await agent.wait(for: 200, at: "/readyz/flame")
                #expect(try await agent.answer(at: "/readyz") == 200)
                #expect(try await agent.answer(at: "/readyz/pod") == 404)
                let report = try await StatusClient(address: agent.configuration.status.address).report()
                #expect(report.isReady)
                #expect(report.networks == ["flame": .init(isReady: true, problems: [:])])
                #expect(report.components.keys.sorted() == ["audit", "flame"])
                #expect(report.pod == nil)
                #expect(report.datasets.isEmpty)
            }
            #expect(agent.sandbox.hub.log.total == 0)
            let entries = try await agent.entries()
            #expect(entries.allSatisfy { $0.pod == nil })
            #expect(entries.last?.type == .agentStop)
        }
    }

    @Test("A pod runs without a FLAME node, and has no readiness of one")
    func podAlone() async throws {
        try await RunningAgent.with(Self.settings(isFlameNode: false)) { agent in
            try await agent.wait(for: 200, at: "/readyz/pod")
            #expect(try await agent.answer(at: "/readyz") == 200)
            #expect(try await agent.answer(at: "/readyz/flame") == 404)
        }
    }

    @Test("A FLAME Hub that refuses the node leaves the pod alone")
    func flameRefuses() async throws {
        try await RunningAgent.prepared(Self.settings()) { agent in
            try spoilFlameSecret(agent)
            try await agent.whileServing {
                try await agent.sandbox.flame.log.waitForRequests(method: "POST", path: "/auth/token")
                try await agent.wait(for: 200, at: "/readyz/pod")
                #expect(try await agent.answer(at: "/readyz/flame") == 503)
                #expect(try await agent.answer(at: "/readyz") == 503)
                let modeller = try agent.allowedModeller("alice")
                #expect(try await modeller.run(TaskSubmission([RunningAgent.dataset])).answer == .accepted)
                let report = try await StatusClient(address: agent.configuration.status.address).report()
                #expect(report.networks["pod"]?.isReady == true)
                #expect(report.networks["flame"]?.problems.keys.sorted() == ["flame"])
            }
        }
    }

    @Test("A Hub that refuses the pod leaves the FLAME node alone, and may change its mind")
    func podRefused() async throws {
        try await RunningAgent.prepared(Self.settings()) { agent in
            refusePod(agent)
            try await agent.whileRunning {
                try await agent.sandbox.hub.log.waitForRequests(
                    RegistrationService.refusalsBeforeGivingUp + 1,
                    method: "POST",
                    path: "/api/pods",
                    atMost: .seconds(60)
                )
                try await agent.wait(for: 200, at: "/readyz/flame")
                #expect(try await agent.answer(at: "/readyz/pod") == 503)
                agent.sandbox.hub.faults.clear()
                try await agent.sandbox.waitUntilServing("heart-data", atMost: .seconds(60))
            }
        }
    }

    /// The Hub sees only a part of an API key, so the other part can be wrong while all else is well.
    @Test("An Access Manager that refuses the credentials makes the pod unready, before a task is rejected for it")
    func accessManagerRefuses() async throws {
        try await RunningAgent.prepared(Self.settings(isFlameNode: false)) { agent in
            let faults = agent.sandbox.accessManager.faults
            faults.plan(.status(401), method: "GET", path: "/api/saml", times: nil)
            try await agent.whileServing {
                try await agent.sandbox.accessManager.log.waitForRequests(method: "GET", path: "/api/saml")
                try await agent.wait(for: 503, at: "/readyz/pod")
                try await within(.seconds(20), "reason in the status") {
                    while true {
                        let report = try await StatusClient(address: agent.configuration.status.address).report()
                        let problem = report.components["access-manager"]?.problem
                        if problem?.contains("every task is rejected") == true { return }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                faults.clear()
                try await agent.wait(for: 200, at: "/readyz/pod")
            }
        }
    }

    @Test("Where both refuse, there is nothing to go on for")
    func bothRefuse() async throws {
        try await RunningAgent.prepared(Self.settings()) { agent in
            try spoilFlameSecret(agent)
            refusePod(agent)
            let daemon = try await Daemon(agent.configuration, environment: [:], logger: RunningAgent.quietLogger)
            let group = ServiceGroup(services: daemon.services, logger: RunningAgent.quietLogger)
            let failure = await #expect(throws: (any Error).self) { try await group.run() }
            #expect(failure.map(AgentFailure.init(describing:))?.exitCode == .denied)
            await daemon.close(reason: "failed")
        }
    }

    @Test(
        "A log keeps the name that it was given, also when a pod is added or removed later",
        arguments: [true, false]
    )
    func origin(startsWithPod: Bool) async throws {
        try await RunningAgent.prepared(Self.settings(hasPod: startsWithPod, isFlameNode: !startsWithPod)) { agent in
            let first = try await agent.originAfterStart()
            let node = agent.sandbox.flame.seed.node.id
            #expect(first.hasPrefix(startsWithPod ? "acme/hospital-a/" : "flame/\(node)/"))
            #expect(first.hasSuffix("/audit"))
            let directory = agent.configuration.stateDirectory.deletingLastPathComponent()
            for settings in [Self.settings(), Self.settings(hasPod: !startsWithPod, isFlameNode: startsWithPod)] {
                let later = try AgentDirectory.write(to: directory, for: agent.sandbox, settings)
                let configuration = try AgentConfiguration.load(from: later.configuration, environment: [:])
                let changed = RunningAgent(sandbox: agent.sandbox, configuration: configuration)
                #expect(try await changed.originAfterStart() == first)
            }
        }
    }
}

extension RunningAgent {
    /// The status that the status server answers with; `nil` where nobody listens yet.
    fileprivate func answer(at path: String) async throws -> Int? {
        guard case .unixSocket(let socket) = configuration.status.address else { throw FixtureFault() }
        var settings = HTTPClientConfiguration()
        settings.unixSocket = URL(filePath: socket)
        let http = HTTPClient(settings)
        defer { http.shutdown() }
        var request = HTTPRequest(.get, try #require(URL(string: "http://localhost\(path)")))
        request.retry = .none
        return try? await http.send(request).status
    }

    /// Waits until the status server answers with this status.
    fileprivate func wait(for status: Int, at path: String) async throws {
        while try await answer(at: path) != status { try Task.checkCancellation() }
    }

    /// All entries of the audit log.
    fileprivate func entries() async throws -> [AuditEntry] {
        let reader = try Agent.auditReader(configuration)
        var found: [AuditEntry] = []
        for try await recorded in reader.entries(matching: AuditQuery()) { found.append(recorded.entry) }
        try reader.close()
        return found
    }

    /// Starts and closes the daemon, and asks for the name in a checkpoint.
    fileprivate func originAfterStart() async throws -> String {
        let daemon = try await Daemon(configuration, environment: [:], logger: Self.quietLogger)
        await daemon.close(reason: "stopped")
        _ = try await Agent.perform(AuditAction.checkpoint, configuration)
        let reader = try Agent.auditReader(configuration)
        let origin = try await reader.checkpoint()?.checkpoint.origin
        try reader.close()
        return try #require(origin)
    }
}
