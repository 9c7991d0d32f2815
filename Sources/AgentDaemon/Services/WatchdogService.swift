// SPDX-License-Identifier: Apache-2.0

import Foundation
import Health
import ServiceLifecycle

/// Feeds systemd's watchdog as long as the agent's loops are alive, and keeps its status line true.
///
/// The service counts as started once one network is ready: systemd doesn't wait for the other one.
struct WatchdogService: Service {
    /// How often the status line is renewed where the unit asks for no watchdog.
    static let statusInterval: Duration = .seconds(10)

    private let notifier: SystemdNotifier
    private let health: AgentHealth
    private let activity: LoopActivity
    private let clock: any Clock<Duration>

    init(
        notifier: SystemdNotifier,
        health: AgentHealth,
        activity: LoopActivity,
        clock: any Clock<Duration> = .continuous
    ) {
        self.notifier = notifier
        self.health = health
        self.activity = activity
        self.clock = clock
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let interval = min(notifier.watchdogInterval ?? Self.statusInterval, Self.statusInterval)
            var isStarted = false
            while !Task.isCancelled {
                if !isStarted, let network = health.networks.first(where: health.isReady) {
                    notifier.ready(status: "\(network.rawValue) is ready")
                    isStarted = true
                }
                // Where the unit's watchdog watches another process, or there is none, nothing is fed.
                if notifier.watchdogInterval != nil, activity.isAlive { notifier.watchdog() }
                notifier.status(Self.line(health.snapshot()))
                // Cancelled means over: the loop's condition sees it.
                try? await clock.sleep(for: interval)
            }
        }
        notifier.stopping()
    }

    static func line(_ snapshot: [AgentHealth.Component: AgentHealth.Report]) -> String {
        let problems = snapshot.filter { !$0.value.isWell }.map {
            "\($0.key.rawValue): \($0.value.problem ?? "not well")"
        }
        return problems.isEmpty ? "ready" : "not ready: " + problems.sorted().joined(separator: "; ")
    }
}
