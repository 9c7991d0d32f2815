import AuditLog
import FlameHub
import Foundation
import PodSandbox
import Testing

@testable import AgentDaemon

@Suite("FLAME service")
struct FlameServiceTests {
    private static func service(_ agent: FlameFixture.Parts, _ health: AgentHealth) -> FlameSyncService {
        agent.parts.service(health: health, metrics: AgentMetrics(version: "0"), pulse: LoopActivity())
    }

    @Test("Wrong credentials end the agent with 77 after one sign-in")
    func wrongCredentials() async throws {
        try await FlameFixture.with(secret: "wrong") { fixture in
            try await fixture.life { agent in
                let service = Self.service(agent, AgentHealth(components: [.flame]))
                let failure = await #expect(throws: AgentFailure.self) { try await service.run() }
                #expect(failure?.exitCode == .denied)
                #expect(fixture.hub.log.requests(method: "POST", path: "/auth/token").count == 1)
            }
        }
    }

    @Test("A Hub that is away leaves the mirror readable, with its age and the problem")
    func hubAway() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(2)
                let known = try await FlameStatus.read(agent.store.flame)
                fixture.hub.faults.plan(.status(503), path: "/core/*", times: nil)
                let health = AgentHealth(components: [.flame])
                let service = Self.service(agent, health)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await service.run() }
                    while try await FlameStatus.read(agent.store.flame).problem == nil { await Task.yield() }
                    group.cancelAll()
                }
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.lastSuccess == known.lastSuccess)
                #expect(status.analyses == known.analyses)
                #expect(!health.isReady)
            }
        }
    }
}
