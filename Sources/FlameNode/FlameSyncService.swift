import AuditLog
import FlameHub
import Health
import Foundation
import Logging
import ServiceLifecycle
import StateStore

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

    /// - Throws: ``FlameNodeError`` with `denied` if Auth refuses the credentials at the start, and no other network takes
    ///   the agent.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var pacing = SyncPacing()
            pacing.idlePeriod = interval
            pacing.activePeriod = interval / 3
            var hasBegun = false
            var wasSignedIn = false
            while !Task.isCancelled {
                activity.note("flame")
                let wasOffline = pacing.isOffline
                var wait: Duration?
                var isActive = false
                do {
                    if !hasBegun {
                        try await synchronizer.begin()
                        if !wasSignedIn { logger.notice("the FLAME Hub knows the node, and it is kept in step") }
                        hasBegun = true
                        wasSignedIn = true
                    }
                    isActive = try await synchronizer.cycle(pacing)
                    pacing.finish(succeeded: true)
                    await succeeded(wasOffline: wasOffline)
                } catch {
                    guard !Task.isCancelled else { break }
                    if !wasSignedIn, let refusal = Self.refusal(error), health.refused(by: .flame) { throw refusal }
                    pacing.finish(succeeded: false)
                    if error is FlameSynchronizer.NodeIsGone || Self.refusal(error) != nil { wait = Self.longWait }
                    await failed(error, isNowOffline: !wasOffline && pacing.isOffline)
                    // The Hub may come back as another release.
                    if pacing.isOffline { hasBegun = false }
                }
                await rest(wait ?? self.wait(pacing, isActive: isActive))
            }
        }
    }

    /// Waits, and shows meanwhile that the loop is alive.
    private func rest(_ length: Duration) async {
        var left = length
        while left > .zero, !Task.isCancelled {
            activity.note("flame")
            let part = min(left, LoopActivity.patience / 4)
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: part)
            left -= part
        }
    }

    private func wait(_ pacing: SyncPacing, isActive: Bool) -> Duration {
        guard pacing.failures > 0, !pacing.isOffline else { return pacing.wait(isActive: isActive, random: random()) }
        return SyncPacing.retryDelay(attempt: pacing.failures, random: random())
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

    private func succeeded(wasOffline: Bool) async {
        health.succeeded(.flame)
        metrics.countCycle(succeeded: true)
        metrics.lastSuccess.record(now().timeIntervalSince1970)
        guard let status = try? await FlameStatus.read(store.reader) else { return }
        metrics.pending.record(status.pendingAnalyses + status.pendingProjects)
        metrics.waitingWrites.record(status.waitingWrites)
        guard wasOffline else { return }
        logger.notice("the FLAME Hub answers again")
        await record(.hubRegained, reason: nil)
    }

    private func failed(_ error: any Error, isNowOffline: Bool) async {
        let problem = Self.sentence(error)
        logger.warning("the FLAME Hub could not be read: \(problem)")
        health.failed(.flame, problem)
        metrics.countCycle(succeeded: false)
        do {
            try await synchronizer.note(problem: problem, of: error)
        } catch {
            logger.error("the state of the FLAME node could not be kept: \(error)")
        }
        guard isNowOffline else { return }
        await record(.hubLost, reason: (error as? FlameHubError)?.code.rawValue)
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
