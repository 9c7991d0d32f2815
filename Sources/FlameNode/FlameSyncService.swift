// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Health
import Logging
package import Metrics
import ServiceLifecycle
import StateStore
import Timekeeping

/// Keeps a FLAME node in step with its Hub until the agent stops.
///
/// Looks at the Hub never overlap. A Hub that is away is tried again for ever, ever less often; one that refuses the
/// credentials at the start ends the agent, unless there is another network to go on for.
struct FlameSyncService: Service {
    /// How long the Hub is left alone when it has no such node any more, or refuses the credentials later on.
    static let longWait: Duration = .seconds(600)

    let synchronizer: FlameSynchronizer
    let store: FlameStore
    let entry: @Sendable (AuditEntryType) -> AuditEntry
    let interval: Duration
    let health: AgentHealth
    let metrics: FlameMetrics
    let activity: LoopActivity
    var clock: any Clock<Duration> = .continuous
    var now: @Sendable () -> Date = { .now }
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    var logger = Logger(label: "flame")

    /// What the loop knows from one look to the next.
    private struct Course {
        var pacing = SyncPacing()
        /// Whether the node was found, since the Hub was last away.
        var hasBegun = false
        /// Whether the Hub ever knew the node.
        var wasSignedIn = false
        /// Whether the audit log says that the Hub is lost.
        var isHubLost = false
    }

    /// - Throws: ``FlameNodeError`` with `denied` if Auth refuses the credentials at the start, and no other network takes
    ///   the agent.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var course = Course()
            course.pacing.idlePeriod = interval
            course.pacing.activePeriod = interval / 3
            while !Task.isCancelled {
                activity.note("flame")
                try await rest(look(&course))
            }
        }
    }

    /// Looks at the Hub once.
    ///
    /// - Returns: How long to wait until the next look.
    private func look(_ course: inout Course) async throws(FlameNodeError) -> Duration {
        var isActive = false
        do {
            if !course.hasBegun {
                try await synchronizer.begin()
                if !course.wasSignedIn { logger.notice("the FLAME Hub knows the node, and it is kept in step") }
                course.hasBegun = true
                course.wasSignedIn = true
            }
            isActive = try await synchronizer.cycle(course.pacing)
        } catch {
            guard !Task.isCancelled else { return .zero }
            if !course.wasSignedIn, let refusal = Self.refusal(error), health.refused(by: .flame) { throw refusal }
            course.pacing.finish(succeeded: false)
            await failed(error, &course)
            // The Hub may come back as another release, also after a short time.
            if course.pacing.isOffline || Self.isOutage(error) { course.hasBegun = false }
            if error is FlameSynchronizer.NodeIsGone || Self.refusal(error) != nil { return Self.longWait }
            return wait(course.pacing, isActive: false)
        }
        course.pacing.finish(succeeded: true)
        await succeeded(&course)
        return wait(course.pacing, isActive: isActive)
    }

    /// Waits, and shows meanwhile that the loop is alive. Whoever does something at a node whose Hub was away ends the wait.
    private func rest(_ length: Duration) async {
        var left = length
        while left > .zero, !Task.isCancelled {
            activity.note("flame")
            let part = min(left, LoopActivity.patience / 4)
            await withTaskGroup(of: Void.self) { group in
                // Cancelled means over: the loop's condition sees it.
                group.addTask { try? await clock.sleep(for: part) }
                group.addTask { await synchronizer.waker.wait() }
                await group.next()
                group.cancelAll()
            }
            if synchronizer.waker.take() { return }
            left -= part
        }
    }

    /// Whether the Hub, or the way to it, was away.
    private static func isOutage(_ error: any Error) -> Bool {
        guard let error = error as? FlameHubError else { return false }
        return error.code == .transport || error.code == .server
    }

    private func wait(_ pacing: SyncPacing, isActive: Bool) -> Duration {
        guard pacing.failures > 0, !pacing.isOffline else { return pacing.wait(isActive: isActive, random: random()) }
        return Backoff().delay(afterFailures: pacing.failures, random: random)
    }

    /// The refusal of a sign-in; `nil` for everything else. A token that a service does not take is no refusal.
    private static func refusal(_ error: any Error) -> FlameNodeError? {
        guard let error = error as? FlameHubError, [.authentication, .unsupported].contains(error.code),
            error.service == .auth
        else { return nil }
        return FlameNodeError(
            .denied,
            "the FLAME Hub refuses the node: \(error.description)",
            hint: "check flame.client_id and its secret; the Hub's page of the node makes a new one",
            underlying: error
        )
    }

    private func succeeded(_ course: inout Course) async {
        if let damage = await synchronizer.damage.sentence {
            health.failed(.flame, damage)
        } else {
            health.succeeded(.flame)
        }
        metrics.countCycle(succeeded: true)
        metrics.lastSuccess.record(now().timeIntervalSince1970)
        do {
            let status = try await FlameStatus.read(store.reader)
            metrics.pending.record(status.pendingAnalyses + status.pendingProjects)
            metrics.waitingWrites.record(status.waitingWrites)
        } catch {
            logger.error("the state of the FLAME node could not be counted: \(error)")
        }
        guard course.isHubLost else { return }
        course.isHubLost = false
        logger.notice("the FLAME Hub answers again")
        await record(.hubRegained, reason: nil)
    }

    private func failed(_ error: any Error, _ course: inout Course) async {
        let problem = Self.sentence(error)
        logger.warning("the FLAME Hub could not be read: \(problem)")
        health.failed(.flame, problem)
        metrics.countCycle(succeeded: false)
        do {
            try await synchronizer.note(problem: problem, of: error)
        } catch {
            logger.error("the state of the FLAME node could not be kept: \(error)")
        }
        // A disk that fails says nothing about the Hub.
        guard course.pacing.isOffline, !course.isHubLost, !(error is StoreError) else { return }
        course.isHubLost = true
        await record(.hubLost, reason: Self.reason(error))
    }

    /// What the audit log calls the fault. The words are part of its format.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as FlameHubError: error.code.rawValue
        case let error as FlameNodeError: error.code.word
        case is FlameSynchronizer.NodeIsGone: "node-gone"
        default: "unexpected"
        }
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case is FlameSynchronizer.NodeIsGone: "the FLAME Hub has no such node any more"
        case let error as FlameNodeError: error.message
        case let error as FlameHubError: error.description
        case let error as StoreError: error.message
        default: "unexpected failure: \(error)"
        }
    }

    private func record(_ type: AuditEntryType, reason: String?) async {
        var entry = entry(type)
        entry.reason = reason
        entry.reference = "flame"
        do {
            try await store.append(entry)
        } catch {
            logger.error("the FLAME Hub's state could not be recorded: \(error)")
        }
    }
}

/// What the metrics say of the FLAME node.
package struct FlameMetrics: Sendable {
    let lastSuccess: Gauge
    let pending: Gauge
    let waitingWrites: Gauge
    private let succeededCycles: Counter
    private let failedCycles: Counter

    package init(_ factory: any MetricsFactory) {
        lastSuccess = Gauge(label: "podagent_flame_last_success_timestamp_seconds", factory: factory)
        pending = Gauge(label: "podagent_flame_pending_approvals", factory: factory)
        waitingWrites = Gauge(label: "podagent_flame_waiting_writes", factory: factory)
        succeededCycles = Self.cycles("ok", factory)
        failedCycles = Self.cycles("failed", factory)
    }

    /// Counts one look at the Hub.
    func countCycle(succeeded: Bool) {
        (succeeded ? succeededCycles : failedCycles).increment()
    }

    private static func cycles(_ result: String, _ factory: any MetricsFactory) -> Counter {
        Counter(label: "podagent_flame_cycles_total", dimensions: [("result", result)], factory: factory)
    }
}
