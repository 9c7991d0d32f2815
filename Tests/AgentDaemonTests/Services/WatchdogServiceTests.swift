// SPDX-License-Identifier: Apache-2.0

import Foundation
import Health
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Watchdog", .timeLimit(.minutes(1)))
struct WatchdogServiceTests {
    /// A watchdog on a clock that stands still, with everything that it looks at.
    private struct Scene: Sendable {
        let socket: NotifySocket
        let health = AgentHealth(components: AgentHealth.Component.needed(by: [.pod, .flame]))
        let clock = ManualClock()
        let activity: LoopActivity
        let environment: [String: String]

        /// - Parameter watched: The process that the unit's watchdog watches, if not this one.
        init(watching watched: Int32 = getpid()) throws {
            socket = try NotifySocket()
            let variables = ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "\(watched)"]
            environment = socket.environment.merging(variables) { $1 }
            let start = ContinuousClock.now
            activity = LoopActivity(now: { [clock] in start + clock.now.offset })
        }

        /// Runs the watchdog until its first sleep, then `body`; then stops it gracefully.
        func run(_ body: @Sendable () async throws -> Void) async throws {
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let service = WatchdogService(
                notifier: SystemdNotifier(environment: environment),
                health: health,
                activity: activity,
                clock: clock
            )
            let group = ServiceGroup(services: [service], logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                await clock.waitForSleepers(1)
                try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }

        /// Lets the watchdog look once more.
        func look() async {
            clock.advance(by: WatchdogService.statusInterval)
            await clock.waitForSleepers(1)
        }
    }

    @Test("It is fed while all loops are alive, and not while one is stuck")
    func feeding() async throws {
        let scene = try Scene()
        scene.activity.note("mailbox")
        try await scene.run {
            #expect(scene.socket.received().contains("WATCHDOG=1"))
            scene.clock.advance(by: LoopActivity.patience)
            await scene.clock.waitForSleepers(1)
            #expect(!scene.socket.received().contains("WATCHDOG=1"))
            scene.activity.note("mailbox")
            await scene.look()
            #expect(scene.socket.received().contains("WATCHDOG=1"))
        }
    }

    @Test("A watchdog that watches another process is not fed")
    func watchdogOfAnother() async throws {
        let scene = try Scene(watching: 1)
        scene.activity.note("mailbox")
        try await scene.run {
            await scene.look()
            #expect(!scene.socket.received().contains("WATCHDOG=1"))
        }
    }

    @Test("A mailbox that waits for room in a full queue is no reason to kill the agent")
    func fullQueue() async throws {
        let scene = try Scene()
        scene.activity.note("mailbox")
        try await scene.run {
            await scene.activity.waiting("mailbox") {
                scene.clock.advance(by: LoopActivity.patience * 2)
                await scene.clock.waitForSleepers(1)
            }
            #expect(scene.socket.received().count { $0 == "WATCHDOG=1" } == 2)
        }
    }

    @Test("The service has started once one network is ready, whatever the other one is; that is said once")
    func started() async throws {
        let scene = try Scene()
        scene.health.succeeded(.audit)
        try await scene.run {
            #expect(!scene.socket.received().contains { $0.hasPrefix("READY=1") })
            scene.health.failed(.credentials, "the Hub refuses the credentials")
            scene.health.succeeded(.flame)
            await scene.look()
            let messages = scene.socket.received()
            #expect(messages.contains("READY=1\nSTATUS=flame is ready"))
            #expect(messages.contains { $0.contains("credentials: the Hub refuses the credentials") })
            await scene.look()
            #expect(!scene.socket.received().contains { $0.hasPrefix("READY=1") })
        }
    }

    @Test("The end is announced")
    func stopping() async throws {
        let scene = try Scene()
        try await scene.run {}
        #expect(scene.socket.received().last == "STOPPING=1\nSTATUS=stopping")
    }

    @Test("The status line names each problem, in a stable order")
    func line() {
        let health = AgentHealth(components: [.audit, .flame])
        health.succeeded(.audit)
        #expect(WatchdogService.line(health.snapshot()) == "not ready: flame: not yet known")
        health.succeeded(.flame)
        #expect(WatchdogService.line(health.snapshot()) == "ready")
        health.failed(.flame, "b")
        health.failed(.audit, "a")
        #expect(WatchdogService.line(health.snapshot()) == "not ready: audit: a; flame: b")
    }
}
