// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import BitfountTasks
package import Foundation
package import Health
package import Logging
import Metrics
import ServiceLifecycle
import StateStore
import Timekeeping

/// Takes messages from the pod's mailbox: keeps each durably, acknowledges it, and sends it on its way.
///
/// After a message it asks again at once, so that a burst is drained without pauses; after an empty poll it waits by the
/// schedule. It keeps running whatever comes.
package struct MailboxService: Sendable {
    private let mailbox: Mailbox
    private let podName: String
    private let messages: any MessageService
    private let store: TaskStore
    private let pipeline: TaskPipeline
    private let admission: TaskAdmission
    private let entries: TaskEntries
    private let health: AgentHealth
    private let metrics: TaskMetrics
    private let activity: LoopActivity
    private let deadline: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger

    package init(
        mailbox: Mailbox,
        podName: String,
        messages: any MessageService,
        store: TaskStore,
        pipeline: TaskPipeline,
        admission: TaskAdmission,
        entries: TaskEntries,
        health: AgentHealth,
        metrics: TaskMetrics,
        activity: LoopActivity,
        deadline: Duration,
        clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.mailbox = mailbox
        self.podName = podName
        self.messages = messages
        self.store = store
        self.pipeline = pipeline
        self.admission = admission
        self.entries = entries
        self.health = health
        self.metrics = metrics
        self.activity = activity
        self.deadline = deadline
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Finishes what a crash interrupted, then polls until the surrounding task is cancelled; tasks that are under way then
    /// are cancelled with it and decided as interrupted.
    package func run() async {
        await withDiscardingTaskGroup { group in
            await resume(in: &group)
            await poll(in: &group)
        }
    }

    private func poll(in group: inout DiscardingTaskGroup) async {
        var schedule = PollSchedule()
        var backoff = RetryDelays(Backoff(cap: .seconds(60)), random: random)
        var refusals = 0
        while !Task.isCancelled {
            activity.note("mailbox")
            // Otherwise it stays with the message service.
            guard store.canTakeTasks else {
                try? await clock.sleep(for: Self.pauseWithoutStore)
                continue
            }
            await activity.waiting("mailbox") { await admission.waitForRoom() }
            let delay: Duration
            do throws(MessageServiceError) {
                if let message = try await messages.nextMessage(in: mailbox) {
                    health.succeeded(.messageService)
                    backoff.reset()
                    schedule.reset()
                    refusals = 0
                    if await keep(message, in: &group) { continue }
                    delay = backoff.next()
                } else {
                    health.succeeded(.messageService)
                    backoff.reset()
                    refusals = 0
                    delay = schedule.nextDelay()
                }
            } catch {
                if error.code == .cancelled { break }
                refusals += error.code == .invalidArgument || error.code == .failedPrecondition ? 1 : 0
                report(error, refusals: refusals)
                delay = backoff.next()
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: delay)
        }
    }

    /// Keeps one message, then acknowledges it and sends it on its way.
    ///
    /// - Returns: `false` if it could not be kept: it is not acknowledged, and the service will deliver it again.
    private func keep(_ message: IncomingMessage, in group: inout DiscardingTaskGroup) async -> Bool {
        guard message.type == .jobRequest else {
            await ignore(message)
            return true
        }
        metrics.received.increment()
        let receipt: InboxReceipt
        do throws(StoreError) {
            receipt = try await store.receive(StoredMessage(keeping: message))
            health.succeeded(.audit)
        } catch  where error.code == .constraint {
            // It would be delivered for ever: it is too large to be kept, and so to be answered.
            logger.warning("a task is beyond the limits of what is kept: \(error)")
            await ignore(message)
            return true
        } catch {
            logger.error("a task can't be kept and stays with the message service: \(error)")
            health.failed(.audit, "tasks can't be kept: \(error)")
            return false
        }
        if receipt.isNew {
            let task = receivedTask(receipt.id, message, within: deadline)
            await start(task, in: &group)
        }
        group.addTask { await acknowledge(message, receipt.id) }
        return true
    }

    private func acknowledge(_ message: IncomingMessage, _ id: InboxID?) async {
        guard let receipt = message.receiptHandle else { return }
        do {
            try await messages.acknowledge(
                receipt,
                mailboxID: acknowledgedMailbox(message),
                deletingMailbox: message.type == .taskComplete
            )
            if let id { try await store.markAcknowledged(id) }
        } catch {
            // The service delivers it again; the store knows it then.
            logger.warning("a message could not be acknowledged: \(error)")
        }
    }

    /// Asking by credential, the service names the mailbox; asking by name, it is the one that was asked for.
    private func acknowledgedMailbox(_ message: IncomingMessage) -> String {
        switch mailbox {
        case .named(let name): name
        case .byCredential: message.recipientMailboxID.isEmpty ? podName : message.recipientMailboxID
        }
    }

    /// Messages of the Hub's own and of unknown types: recorded, acknowledged, never acted upon.
    private func ignore(_ message: IncomingMessage) async {
        logger.notice("a message that is no task request is ignored", metadata: ["type": "\(message.type)"])
        do {
            try await store.append(entries.ignored(message))
        } catch {
            logger.error("an ignored message could not be recorded: \(error)")
        }
        await acknowledge(message, nil)
    }

    private func receivedTask(_ id: InboxID, _ message: IncomingMessage, within time: Duration) -> ReceivedTask {
        let elapsed = clock.stopwatch()
        return ReceivedTask(id: id, message: message, timeLeft: { time - elapsed() })
    }

    private func start(_ task: ReceivedTask, in group: inout DiscardingTaskGroup) async {
        let modeller = task.modeller
        let arrival = await admission.arrive(modeller: modeller)
        await updateGauges()
        group.addTask {
            switch arrival {
            case .admitted:
                await pipeline.process(task)
                await admission.leave(modeller: modeller)
            case .queued(let ticket):
                if await admission.wait(ticket) {
                    await pipeline.process(task)
                    await admission.leave(modeller: modeller)
                }
            case .refused:
                await pipeline.refuse(task, .tooManyTasks)
            }
            await updateGauges()
        }
    }

    private func updateGauges() async {
        metrics.active.record(await admission.activeTasks)
        metrics.queued.record(await admission.queuedTasks)
    }

    /// Tasks that were kept but not decided when the agent last stopped.
    private func resume(in group: inout DiscardingTaskGroup) async {
        var last: InboxID?
        var backoff = RetryDelays(Backoff(cap: .seconds(60)), random: random)
        while !Task.isCancelled {
            do {
                let rows = try await store.unfinishedInbox(after: last)
                guard let end = rows.last else { return }
                for row in rows { await resume(row, in: &group) }
                last = end.id
            } catch {
                logger.error("unfinished tasks can't be read: \(error)")
                health.failed(.audit, "unfinished tasks can't be read: \(error)")
                try? await clock.sleep(for: backoff.next())
            }
        }
    }

    private func resume(_ row: InboxRow, in group: inout DiscardingTaskGroup) async {
        let message: IncomingMessage
        let state: InboxRow.State
        do {
            (message, state) = try row.content()
        } catch {
            logger.error(
                "a kept task can't be read and is dropped; 'pod-agent audit verify' shows the damage: \(error)",
                metadata: ["message": "\(row.id)"]
            )
            health.failed(.audit, "a kept task can't be read: \(error)")
            group.addTask { await pipeline.dropDamaged(row) }
            return
        }
        logger.notice("a task is taken up again after a restart", metadata: ["task": "\(message.taskID ?? "")"])
        let age = Duration.seconds(max(0, now().timeIntervalSince(row.receivedAt)))
        let task = receivedTask(row.id, message, within: deadline - age)
        switch state {
        case .received:
            await admission.waitForRoom()
            await start(task, in: &group)
        case .identity:
            group.addTask { await pipeline.refuse(task, .crashDuringIdentity) }
        }
    }

    private func report(_ error: MessageServiceError, refusals: Int) {
        metrics.pollFailures.increment()
        var problem = "the message service can't be polled: \(error)"
        if refusals >= Self.refusalsBeforeHint {
            problem += " (set message_service.poll_style to the other style)"
        }
        logger.warning("\(problem)")
        health.failed(.messageService, problem)
        if error.code == .unauthenticated || error.code == .credentialsUnavailable {
            health.failed(.credentials, "the message service refuses the credentials")
        }
    }

    /// Polls refused in a row after which the other poll style is suggested.
    private static let refusalsBeforeHint = 5
    /// How soon it is looked again whether the store can be written.
    private static let pauseWithoutStore: Duration = .seconds(5)
}

/// A task request that is durable, on its way to its decision.
struct ReceivedTask: Sendable {
    /// Its row in the store.
    let id: InboxID
    /// What was received.
    let message: IncomingMessage
    /// How long there is until it has to be answered; negative once that is over.
    let timeLeft: @Sendable () -> Duration

    /// Whose places and queue it counts against; the envelope's word, which is good enough for fairness.
    var modeller: String { message.sender ?? "" }
}
