// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Foundation
import Health
import Logging
import Metrics
import Offloading
import Synchronization
import Timekeeping

/// Shows the Hub that the datasets are alive, every interval, from start to start.
///
/// A beat that takes long delays the next one; beats never overlap. In the one-by-one form the datasets are reported side by
/// side. When the Hub stops taking heartbeats, and when it takes them again, both are recorded.
struct HeartbeatService: Sendable {
    /// Calls made at once in the one-by-one form: 1,000 datasets at 200 ms each fit into 10 s with room to spare.
    static let concurrentCalls = 64
    /// Beats are spread by this part of the interval, so that many pods don't call in step.
    static let jitter = 0.1

    private let configuration: HeartbeatConfiguration
    private let hub: HubClient
    private let template: Heartbeat
    private let states: DatasetStates
    private let isBusy: @Sendable () async -> Bool
    private let renewalProblem: @Sendable () async -> String?
    private let availability: HubAvailability
    private let clockComparison: ClockComparison
    private let health: AgentHealth
    private let metrics: AgentMetrics
    private let activity: LoopActivity
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger

    /// - Parameters:
    ///   - template: What every heartbeat says; the datasets and whether the pod is busy are filled in.
    ///   - renewalProblem: Why the login can't be renewed, while it still works.
    init(
        configuration: HeartbeatConfiguration,
        hub: HubClient,
        template: Heartbeat,
        states: DatasetStates,
        isBusy: @escaping @Sendable () async -> Bool,
        renewalProblem: @escaping @Sendable () async -> String? = { nil },
        availability: HubAvailability,
        clockComparison: ClockComparison,
        health: AgentHealth,
        metrics: AgentMetrics,
        activity: LoopActivity,
        clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.configuration = configuration
        self.hub = hub
        self.template = template
        self.states = states
        self.isBusy = isBusy
        self.renewalProblem = renewalProblem
        self.availability = availability
        self.clockComparison = clockComparison
        self.health = health
        self.metrics = metrics
        self.activity = activity
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Beats until the surrounding task is cancelled.
    func run() async {
        while !Task.isCancelled {
            activity.note("heartbeat")
            let elapsed = clock.stopwatch()
            await beat()
            let interval = configuration.interval * (1 - Self.jitter + 2 * Self.jitter * random())
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: max(.zero, interval - elapsed()))
        }
    }

    private func beat() async {
        let identifiers = states.registered.sorted()
        guard !identifiers.isEmpty else { return }
        let failures: [(identifiers: [String], error: BitfountError)]
        switch configuration.form {
        case .superset:
            failures = await send(identifiers).map { [(identifiers, $0)] } ?? []
        case .oneByOne:
            failures = await sendOneByOne(identifiers)
        }
        // Stopping is no failure of the Hub's.
        guard !Task.isCancelled else { return }
        guard let failure = failures.first else {
            health.succeeded(.heartbeat)
            // The Hub took them with it.
            health.succeeded(.credentials, warning: await renewalProblem())
            await availability.regained()
            return
        }
        logger.warning(
            "the Hub did not take a heartbeat: \(failure.error)",
            metadata: ["datasets": "\(failure.identifiers.count)"]
        )
        health.failed(.heartbeat, "the Hub did not take the last heartbeat: \(failure.error)")
        switch failure.error.code {
        case .unauthorized, .notLoggedIn, .wrongUser:
            health.failed(.credentials, "the last heartbeat was not taken for lack of credentials: \(failure.error)")
        default: break
        }
        await availability.lost(failure.error)
    }

    private func sendOneByOne(_ identifiers: [String]) async -> [(identifiers: [String], error: BitfountError)] {
        var failures: [(identifiers: [String], error: BitfountError)] = []
        await withBoundedTasks(for: identifiers, atMost: Self.concurrentCalls) { identifier in
            (identifier, await send([identifier]))
        } finished: { identifier, error in
            if let error { failures.append(([identifier], error)) }
        }
        return failures
    }

    private func send(_ identifiers: [String]) async -> BitfountError? {
        var heartbeat = template
        heartbeat.names = identifiers.map { String($0.drop { $0 != "/" }.dropFirst()) }
        heartbeat.datasourceHealth = zip(identifiers, heartbeat.names).map { states.source(of: $0).report(name: $1) }
        heartbeat.isBusy = await isBusy()
        heartbeat.form = configuration.form == .oneByOne ? .single : .superset
        let reply: HeartbeatReply
        do throws(BitfountError) {
            reply = try await hub.heartbeat(heartbeat)
        } catch {
            metrics.countHeartbeat(succeeded: false)
            for identifier in identifiers { states.failed(identifier, "the last heartbeat failed: \(error)") }
            return error
        }
        metrics.countHeartbeat(succeeded: true)
        let date = now()
        clockComparison.compare(reply.date, now: date)
        metrics.heartbeatLastSuccess.record(date.timeIntervalSince1970)
        for identifier in identifiers { states.heartbeat(identifier, at: date) }
        return nil
    }
}
