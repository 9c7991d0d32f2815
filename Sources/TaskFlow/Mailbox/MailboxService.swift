// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import BitfountTasks
package import Foundation
package import Health
package import Logging
import Metrics
import PrintableText
import ServiceLifecycle
import StateStore
import Synchronization
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
    private let oversized: OversizedMessages
    private let deadline: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let help = Help()

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
        oversized: OversizedMessages = OversizedMessages(),
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
        self.oversized = oversized
        self.deadline = deadline
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Finishes what a crash interrupted, then polls until the surrounding task is cancelled; tasks that are under way then
    /// are cancelled with it and decided as interrupted.
    package func run() async {
        let strays = pipeline.strays.requests()
        await withDiscardingTaskGroup { group in
            group.addTask { await take(strays) }
            await resume(in: &group)
            await poll(in: &group)
            pipeline.strays.close()
        }
        await pipeline.recordDiscards()
    }

    /// Takes task requests that were found in other tasks' mailboxes.
    private func take(_ strays: AsyncStream<StrayRequests.Request>) async {
        await withDiscardingTaskGroup { group in
            for await stray in strays {
                await admission.waitForRoom()
                // Otherwise it stays where it was found.
                guard store.canTakeTasks else { continue }
                _ = await keep(stray.message, from: stray.mailboxID, in: &group)
            }
        }
    }

    private func poll(in group: inout DiscardingTaskGroup) async {
        var schedule = PollSchedule()
        var backoff = RetryDelays(Backoff(cap: .seconds(60)), random: random)
        var refusals = 0
        var inARow = 0
        while !Task.isCancelled {
            activity.note("mailbox")
            await pipeline.recordDiscards(atLeastOld: Self.summaryInterval)
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
                    inARow += 1
                    if inARow.isMultiple(of: Self.messagesBeforeHelp) { addHelp(to: &group) }
                    if await keep(message, from: acknowledgedMailbox(message), in: &group) { continue }
                    delay = backoff.next()
                } else {
                    health.succeeded(.messageService)
                    backoff.reset()
                    refusals = 0
                    inARow = 0
                    delay = schedule.nextDelay()
                }
            } catch {
                inARow = 0
                if error.code == .cancelled { break }
                if error.code == .messageTooLarge {
                    // The service is well, and others may wait behind it.
                    health.succeeded(.messageService)
                    await noteOversized(error)
                    try? await clock.sleep(for: schedule.nextDelay())
                    continue
                }
                refusals += error.code == .invalidArgument || error.code == .failedPrecondition ? 1 : 0
                report(error, refusals: refusals)
                delay = backoff.next()
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: delay)
        }
    }

    /// Takes messages side by side, so that a backlog is here before what is genuine in it has grown stale.
    private func addHelp(to group: inout DiscardingTaskGroup) {
        for _ in 0..<help.take(upTo: Self.maximumHelp) {
            group.addTask {
                await withDiscardingTaskGroup { group in
                    await takeWhatWaits(in: &group)
                    help.giveBack()
                }
            }
        }
    }

    /// Takes messages until none is left, or anything goes wrong: that is for ``poll(in:)`` to deal with.
    private func takeWhatWaits(in group: inout DiscardingTaskGroup) async {
        while !Task.isCancelled, store.canTakeTasks {
            await admission.waitForRoom()
            guard let message = try? await messages.nextShortMessage(in: mailbox),
                await keep(message, from: acknowledgedMailbox(message), in: &group)
            else { return }
        }
    }

    /// Records, from time to time, that something waits in the mailbox which can't be received.
    private func noteOversized(_ error: MessageServiceError) async {
        metrics.pollFailures.increment()
        logger.warning("\(error)")
        guard let deliveries = oversized.note(at: now()) else { return }
        do {
            try await store.append(entries.undeliverable(deliveries))
        } catch {
            logger.error("a message that is too large could not be recorded: \(error)")
        }
    }

    /// Keeps one message, then acknowledges it and sends it on its way.
    ///
    /// - Returns: `false` if it could not be kept: it is not acknowledged, and the service will deliver it again.
    private func keep(
        _ message: IncomingMessage,
        from mailboxID: String,
        in group: inout DiscardingTaskGroup
    ) async -> Bool {
        guard message.type == .jobRequest, message.omittedBytes == 0 else {
            await ignore(message, from: mailboxID)
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
            await ignore(message, from: mailboxID)
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
        group.addTask { [handle = message.receiptHandle] in await acknowledge(handle, receipt.id, in: mailboxID) }
        return true
    }

    /// A mailbox through which requests come is never deleted, whatever a message says.
    private func acknowledge(_ receipt: String?, _ id: InboxID?, in mailboxID: String) async {
        guard let receipt else { return }
        do {
            try await messages.acknowledge(receipt, mailboxID: mailboxID, deletingMailbox: false)
            if let id { try await store.markAcknowledged(id) }
        } catch {
            // The service delivers it again; the store knows it then.
            logger.warning("a message could not be acknowledged: \(error)")
        }
    }

    /// Asking by credential, the service names the mailbox; asking by name, it is the one that was asked for.
    private func acknowledgedMailbox(_ message: IncomingMessage) -> String {
        switch mailbox {
        case .named(let name), .task(let name): name
        case .byCredential: message.recipientMailboxID.isEmpty ? podName : message.recipientMailboxID
        }
    }

    /// Messages of the Hub's own and of unknown types: recorded, acknowledged, never acted upon.
    private func ignore(_ message: IncomingMessage, from mailboxID: String) async {
        logger.notice(
            "a message that is no task request, or is too large for one, is ignored",
            metadata: ["type": "\(message.type)", "omitted_bytes": "\(message.omittedBytes)"]
        )
        do {
            try await store.append(entries.ignored(message))
        } catch {
            logger.error("an ignored message could not be recorded: \(error)")
        }
        await acknowledge(message.receiptHandle, nil, in: mailboxID)
    }

    private func receivedTask(_ id: InboxID, _ message: IncomingMessage, within time: Duration) -> ReceivedTask {
        let elapsed = clock.stopwatch()
        return ReceivedTask(id, message, timeLeft: { time - elapsed() })
    }

    private func start(_ task: ReceivedTask, in group: inout DiscardingTaskGroup) async {
        let arrival = await admission.inspections.arrive(task.modeller)
        await updateGauges()
        group.addTask {
            await pipeline.process(task, arrival)
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
        guard row.attempts < store.limits.attempts else {
            logger.error(
                "the agent worked on a task each time when it crashed; the task is set aside",
                metadata: ["message": "\(row.id)", "task": "\((row.message.taskID ?? "").printable(limit: 100))"]
            )
            group.addTask { await pipeline.setAside(row) }
            return
        }
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
    /// How long discarded tasks wait for the summary that tells of them.
    private static let summaryInterval: Duration = .seconds(10)
    /// Messages without an empty poll in between, after which further ones are taken side by side: 16.
    private static let messagesBeforeHelp = 16
    /// How many more are taken at once then: 7.
    private static let maximumHelp = 7
    /// How soon it is looked again whether the store can be written.
    private static let pauseWithoutStore: Duration = .seconds(5)
}

/// How many take messages beside the one who always does.
private final class Help: Sendable {
    private let count = Mutex(0)

    /// Takes up to so many in all; says how many more those are.
    func take(upTo limit: Int) -> Int {
        count.withLock { count in
            defer { count = max(count, limit) }
            return max(0, limit - count)
        }
    }

    func giveBack() {
        count.withLock { $0 -= 1 }
    }
}

/// A task request that is durable, on its way to its decision.
struct ReceivedTask: Sendable {
    /// Its row in the store.
    let id: InboxID
    /// What was received; without its body, if that is so long that it is left in the store until it's needed.
    let message: IncomingMessage
    /// How long the body is that was left in the store.
    let storedBytes: Int?
    /// How long there is until it has to be answered; negative once that is over.
    let timeLeft: @Sendable () -> Duration

    /// The longest body that a waiting task holds in memory: 16 KiB. As many wait as the queue has room for.
    static let heldBytes = 16 << 10

    init(_ id: InboxID, _ message: IncomingMessage, timeLeft: @escaping @Sendable () -> Duration) {
        self.id = id
        self.timeLeft = timeLeft
        let count = message.body.count
        var held = message
        if count > Self.heldBytes { held.body = [] }
        self.message = held
        storedBytes = count > Self.heldBytes ? count : nil
    }

    /// Whose it says it is. As long as that is not proven, it decides whose turn comes first, and nothing else.
    var modeller: String { message.sender ?? "" }
}
