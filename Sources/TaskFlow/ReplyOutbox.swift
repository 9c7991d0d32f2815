// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import BitfountTasks
package import Foundation
package import Health
package import Logging
import Metrics
import Offloading
import ServiceLifecycle
import StateStore
import Synchronization
import Timekeeping

/// Delivers replies that are durable already, and goes on until each is delivered or too old.
///
/// A decision's reply is first tried by whoever decided; what fails, and what a crash left behind, is tried again here.
package struct ReplyOutbox: Service {
    /// How replies are tried again.
    package struct Policy: Sendable {
        /// The age at which a reply is given up.
        package var expiry: Duration
        /// Replies sent at once while catching up.
        var concurrency = 8
        /// How often the store is asked for replies that are due.
        var interval: Duration = .seconds(1)

        package init(expiry: Duration) {
            self.expiry = expiry
        }
    }

    private let store: TaskStore
    private let messages: any MessageService
    private let entries: TaskEntries
    private let metrics: TaskMetrics
    private let policy: Policy
    private let health: AgentHealth
    private let activity: LoopActivity
    private let underWay = RepliesUnderWay()
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger

    package init(
        store: TaskStore,
        messages: any MessageService,
        entries: TaskEntries,
        metrics: TaskMetrics,
        policy: Policy,
        health: AgentHealth,
        activity: LoopActivity,
        clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.store = store
        self.messages = messages
        self.entries = entries
        self.metrics = metrics
        self.policy = policy
        self.health = health
        self.activity = activity
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Sends what is due until the agent stops.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                activity.note("outbox")
                await sendDue()
                // Cancelled means over: the loop's condition sees it.
                try? await clock.sleep(for: policy.interval)
            }
        }
        // What was decided while the agent was being stopped.
        await sendDue()
    }

    /// Sends a reply at once; if that fails, it waits in the store for its next turn.
    func send(_ id: ReplyID, _ reply: [OutgoingMessage], decidedAt: Date) async {
        guard underWay.begin(id) else { return }
        await attempt(id, reply, attempts: 0, decidedAt: decidedAt)
        underWay.end(id)
    }

    private func sendDue() async {
        let due: [PendingReply]
        do {
            due = try await store.pendingReplies().filter { $0.nextAttempt <= now() }
        } catch {
            logUnread(error)
            return
        }
        await withBoundedTasks(for: due, atMost: policy.concurrency) { await resend($0) }
    }

    /// An ordinary stop interrupts a read, and the last round reads again.
    private func logUnread(_ error: StoreError) {
        guard error.code != .cancelled else { return }
        logger.error("the outbox can't be read: \(error)")
    }

    private func resend(_ pending: PendingReply) async {
        guard underWay.begin(pending.id) else { return }
        defer { underWay.end(pending.id) }
        do {
            // Whoever decided may have delivered it since the list was made.
            guard try await store.isPending(pending.id) else { return }
        } catch {
            logUnread(error)
            return
        }
        let reply: [OutgoingMessage]
        do {
            reply = try pending.reply.outgoingMessages()
        } catch {
            await abandonDamaged(pending, error)
            return
        }
        await attempt(pending.id, reply, attempts: pending.attempts, decidedAt: pending.decidedAt)
    }

    /// A reply that can't be read can't be sent either: it is given up, on record, so that it holds up no other.
    private func abandonDamaged(_ pending: PendingReply, _ error: StoreError) async {
        logger.error(
            "a stored reply can't be read and is given up; 'pod-agent audit verify' shows the damage: \(error)",
            metadata: ["reply": "\(pending.id)", "message": "\(pending.inboxID)"]
        )
        health.failed(.audit, "a stored reply can't be read: \(error)")
        metrics.repliesFailed.increment()
        do {
            try await store.markFailed(pending.id, nextAttempt: nil, entry: entries.replyDamaged(pending))
        } catch {
            // It is found again in the next turn.
            logger.error("a damaged reply could not be recorded: \(error)")
        }
    }

    private func attempt(_ id: ReplyID, _ reply: [OutgoingMessage], attempts: Int, decidedAt: Date) async {
        guard let answer = reply.first else { return }
        do {
            for message in reply { try await messages.send(message) }
        } catch {
            await failed(id, answer, error, attempts: attempts, decidedAt: decidedAt)
            return
        }
        metrics.repliesSent.increment()
        do {
            try await store.markSent(id, entry: entries.replySent(id, answer))
        } catch {
            // It will be sent once more, which a modeller sees as the same answer again.
            logger.error("a sent reply could not be marked as sent: \(error)")
        }
    }

    private func failed(
        _ id: ReplyID,
        _ message: OutgoingMessage,
        _ error: MessageServiceError,
        attempts: Int,
        decidedAt: Date
    ) async {
        guard error.code != .cancelled else { return }
        let age = Duration.seconds(now().timeIntervalSince(decidedAt))
        let isHopeless = !error.isTransient || age >= policy.expiry
        var backoff = RetryDelays(random: random)
        var delay = backoff.next()
        for _ in 0..<min(attempts, 10) { delay = backoff.next() }
        logger.warning(
            "a reply can't be delivered: \(error)",
            metadata: ["task": "\(message.taskID ?? "")", "given_up": "\(isHopeless)"]
        )
        if isHopeless { metrics.repliesFailed.increment() }
        do {
            try await store.markFailed(
                id,
                nextAttempt: isHopeless ? nil : now() + delay.timeInterval,
                entry: isHopeless ? entries.replyFailed(id, message, error) : nil
            )
        } catch {
            logger.error("a failed reply could not be recorded: \(error)")
        }
    }
}

/// The replies that are being sent at this moment, so that none is sent by two at once.
final class RepliesUnderWay: Sendable {
    private let replies = Mutex<Set<ReplyID>>([])

    /// - Returns: `false` if somebody else is sending it.
    func begin(_ id: ReplyID) -> Bool {
        replies.withLock { $0.insert(id).inserted }
    }

    func end(_ id: ReplyID) {
        replies.withLock { _ = $0.remove(id) }
    }
}
