// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import GRDB
import Health
import Metrics
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport

/// A service that runs on a test's clock.
struct FlameServiceRun: Sendable {
    let service: FlameSyncService
    let health = AgentHealth(components: [.flame])

    /// A service whose chance is always one half.
    init(_ agent: FlameFixture.Life, clock: any Clock<Duration>, interval: Duration = .seconds(30)) {
        service = FlameSyncService(
            synchronizer: agent.node,
            store: FlameStore(log: agent.store.log),
            entry: { AuditEntry($0) },
            interval: interval,
            health: health,
            metrics: FlameMetrics(NOOPMetricsHandler.instance),
            activity: LoopActivity(),
            clock: clock,
            random: { 0.5 }
        )
    }

    /// Runs `body` while the service runs, and stops it then.
    func during(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

@Suite("FLAME service")
struct FlameSyncServiceTests {
    /// The entries of some types, oldest first, with their reasons.
    private static func recorded(_ agent: FlameFixture.Life) async throws -> [String] {
        var found: [String] = []
        for try await entry in agent.store.entries(matching: AuditQuery(types: [.hubLost, .hubRegained])) {
            found.append([entry.entry.type.rawValue, entry.entry.reason].compactMap { $0 }.joined(separator: " "))
        }
        return found
    }

    /// Lets the service sleep out its wait, and waits for the next one.
    private static func step(_ clock: ManualClock, _ wait: Duration) async {
        await clock.waitForSleepers(1)
        let next = clock.now.offset + wait
        clock.advance(by: wait)
        await clock.waitForSleeper(dueAtOrAfter: next)
    }

    @Test("Wrong credentials end the agent after one sign-in")
    func wrongCredentials() async throws {
        try await FlameFixture.with(secret: "wrong") { fixture in
            try await fixture.life { agent in
                let run = FlameServiceRun(agent, clock: ManualClock())
                let failure = await #expect(throws: FlameNodeError.self) { try await run.service.run() }
                #expect(failure?.code == .denied)
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
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock)
                try await run.during { await clock.waitForSleepers(1) }
                let status = try await FlameStatus.read(agent.store.flame)
                #expect(status.problem != nil)
                #expect(status.lastSuccess == known.lastSuccess)
                #expect(status.analyses == known.analyses)
                #expect(!run.health.isReady)
            }
        }
    }

    @Test("A Hub that is away is tried ever less often, is lost after five looks, and is told of once")
    func lostAndRegained() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock)
                fixture.hub.faults.plan(.status(503), path: "/core/*", times: nil)
                try await run.during { () async throws -> Void in
                    // With a chance of one half the waits are half of 1, 2, 4 and 8 s.
                    for wait in [0.5, 1, 2, 4] as [Double] {
                        #expect(try await Self.recorded(agent) == [])
                        await Self.step(clock, .seconds(wait))
                    }
                    #expect(try await Self.recorded(agent) == ["hub.lost server"])
                    // The interval, then twice as long.
                    await Self.step(clock, .seconds(30))
                    #expect(try await Self.recorded(agent) == ["hub.lost server"])
                    fixture.hub.faults.clear()
                    await Self.step(clock, .seconds(60))
                    #expect(run.health.isReady)
                    #expect(try await Self.recorded(agent) == ["hub.lost server", "hub.regained"])
                }
            }
        }
    }

    @Test("A person's command ends the wait for a Hub that was away")
    func woken() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                try await agent.cycles(2)
                fixture.hub.faults.plan(.status(503), path: "/core/*", times: nil)
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock)
                try await run.during { () async throws -> Void in
                    for wait in [0.5, 1, 2, 4] as [Double] { await Self.step(clock, .seconds(wait)) }
                    #expect(!run.health.isReady)
                    fixture.hub.faults.clear()
                    // No time passes.
                    try await agent.node.alone { _ in }
                    try await within(.seconds(20), "look at the Hub") {
                        while !run.health.isReady { await Task.yield() }
                    }
                }
            }
        }
    }

    @Test("While nothing runs a look comes every interval; while an analysis runs three times as often")
    func intervals() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock, interval: .seconds(60))
                try await run.during { () async throws -> Void in
                    await Self.step(clock, .seconds(60))
                    let new = fixture.hub.addAnalysis(part: ["approvalStatus": "approved"])
                    var batch = FlameBatch()
                    batch.runs[new.part] = try FlameRun(status: .executing, progress: nil).stored()
                    try await agent.store.apply(batch)
                    await Self.step(clock, .seconds(60))
                    let cycle = await agent.node.state?.cycle
                    await Self.step(clock, .seconds(20))
                    #expect(await agent.node.state?.cycle == cycle.map { $0 + 1 })
                }
            }
        }
    }

    @Test("A disk that fails says nothing about the Hub: the health tells, the log does not call the Hub lost")
    func storageFault() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                let trigger = "BEFORE INSERT ON main.flame_state BEGIN SELECT RAISE(ABORT, 'full'); END"
                try await agent.store.log.store.write { db in
                    try db.execute(sql: "CREATE TEMP TRIGGER no_state \(trigger)")
                }
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock)
                try await run.during { () async throws -> Void in
                    for wait in [0.5, 1, 2, 4] as [Double] { await Self.step(clock, .seconds(wait)) }
                    #expect(!run.health.isReady)
                    #expect(try await Self.recorded(agent) == [])
                    try await agent.store.log.store.write { try $0.execute(sql: "DROP TRIGGER no_state") }
                    await Self.step(clock, .seconds(30))
                    #expect(run.health.isReady)
                    #expect(try await Self.recorded(agent) == [])
                }
            }
        }
    }

    @Test("A node that is gone at the Hub is looked for every ten minutes only")
    func nodeGone() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                let id = fixture.hub.seed.node.id
                fixture.hub.faults.plan(.status(404), method: "GET", path: "/core/nodes/\(id)", times: nil)
                let clock = ManualClock()
                let run = FlameServiceRun(agent, clock: clock)
                try await run.during { () async throws -> Void in
                    await clock.waitForSleepers(1)
                    #expect(run.health.snapshot()[.flame]?.problem == "the FLAME Hub has no such node any more")
                    #expect(try await FlameStatus.read(agent.store.flame).alarms.contains { $0.contains(id) })
                    let looks = await agent.node.state?.cycle
                    for _ in 0..<3 { await Self.step(clock, .seconds(150)) }
                    #expect(await agent.node.state?.cycle == looks)
                    await Self.step(clock, .seconds(150))
                    #expect(await agent.node.state?.cycle == looks.map { $0 + 1 })
                }
            }
        }
    }

    @Test("The service ends while it waits, when it is cancelled")
    func ends() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let clock = ManualClock()
                try await FlameServiceRun(agent, clock: clock).during { await clock.waitForSleepers(1) }
                #expect(clock.sleepers == 0)
            }
        }
    }
}
