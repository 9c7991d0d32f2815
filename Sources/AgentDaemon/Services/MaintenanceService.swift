// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import Health
import Logging
import ServiceLifecycle
import StateStore
import TaskFlow
import Timekeeping

/// Keeps the store in order: tries whether it can be written, watches the disk, removes old messages.
struct MaintenanceService: Service {
    /// How often it looks.
    static let interval: Duration = .seconds(30)

    private let log: AuditLog
    private let tasks: TaskStore
    private let patience: Duration
    private let health: AgentHealth
    private let activity: LoopActivity
    private let clock: any Clock<Duration>
    private let logger: Logger

    init(
        log: AuditLog,
        tasks: TaskStore,
        patience: Duration,
        health: AgentHealth,
        activity: LoopActivity,
        clock: any Clock<Duration> = .continuous,
        logger: Logger
    ) {
        self.log = log
        self.tasks = tasks
        self.patience = patience
        self.health = health
        self.activity = activity
        self.clock = clock
        self.logger = logger
    }

    /// - Throws: ``AgentFailure`` with `inputOutput` if the state can't be written for longer than the configured patience.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                activity.note("maintenance")
                await look()
                try requirePatience()
                // Cancelled means over: the loop's condition sees it.
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    private func look() async {
        do {
            try await log.store.probe()
            let state = log.store.health
            guard state.canTakeTasks else {
                let free = state.freeBytes ?? 0
                logger.error("the disk is nearly full", metadata: ["free_bytes": "\(free)"])
                health.failed(.audit, "only \(free) bytes are free on the state's disk")
                return
            }
            health.succeeded(.audit)
            while try await tasks.prunePayloads() > 0, !Task.isCancelled {}
        } catch {
            logger.error("the store is not well: \(error)")
            health.failed(.audit, "the store is not well: \(error)")
        }
    }

    private func requirePatience() throws(AgentFailure) {
        guard let fault = log.store.health.fault, let since = log.store.health.faultSince,
            log.environment.wallClock().timeIntervalSince(since) > patience.timeInterval
        else { return }
        throw AgentFailure(
            .inputOutput,
            "the state database can't be written since \(since.formatted(.iso8601)): \(fault.message)",
            hint: "free or repair the disk; the agent begins where it stopped",
            underlying: fault
        )
    }
}
