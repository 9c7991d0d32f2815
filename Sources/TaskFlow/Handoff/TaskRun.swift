// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Foundation
import Logging
import MessagePack
import Metrics
import PrintableText
import StateStore
import Timekeeping

/// A runner that is ready, and the task that it will get once the acceptance is durable.
final class PreparedRun: Sendable {
    /// What the modeller is sent if the agent ends before the task does: sealed now, since the key is only in memory.
    let restartAbort: StoredReply
    private let service: HandoffService
    private let task: AuthorisedTask
    private let conversation: RunnerConversation
    private let ready: RunnerReady
    private let dataset: [UInt8]
    private let start: RunnerStart
    private let rules: RunnerRules

    init(
        service: HandoffService,
        task: AuthorisedTask,
        conversation: RunnerConversation,
        ready: RunnerReady,
        dataset: [UInt8],
        rules: RunnerRules
    ) throws(HandoffRefusal) {
        self.service = service
        self.task = task
        self.conversation = conversation
        self.ready = ready
        self.dataset = dataset
        self.rules = rules
        let (text, reason) = RunReason.crashDuringRun.abort
        do {
            start = try RunnerStart(task, taskTime: rules.taskTime)
            restartAbort = try StoredReply(task.request.answerable.abort(text, reason: reason, at: service.parts.now()))
        } catch {
            service.parts.logger.error("a task can't be written for a runner: \(error)")
            throw HandoffRefusal(.runnerUnavailable)
        }
    }

    /// Ends the runner: the task is not accepted after all.
    func discard() {
        // Ends with the runner's process, which the service waits for.
        Task { [conversation] in await conversation.cancel(.agentStopped, .shutdown, grace: .zero) }
    }

    /// Lets the task begin.
    ///
    /// - Parameters:
    ///   - id: The message that asked for it.
    ///   - reply: The acceptance in the outbox. The runner gets the task when that is delivered.
    func begin(_ id: InboxID, announcedBy reply: ReplyID) {
        service.begin(
            TaskRun(
                id: id,
                acceptance: reply,
                task: task.request.answerable,
                conversation: conversation,
                ready: ready,
                dataset: dataset,
                start: start,
                parts: service.parts
            )
        )
    }
}

extension RunnerStart {
    init(_ task: AuthorisedTask, taskTime: Duration) throws(TaskFormatError) {
        let (request, answerable) = (task.request, task.request.answerable)
        self.init(
            generation: answerable.generation,
            task: answerable.taskID ?? "",
            modeller: answerable.modeller,
            pod: request.pod.podIdentifier,
            identifier: answerable.target,
            pods: request.pods.sorted(),
            project: request.outer.projectID,
            flags: request.outer.flags,
            limits: task.limits.map { .init(resource: $0.resourceName, limit: $0.limit, used: $0.totalUsage) },
            deadlineSeconds: Int(taskTime.components.seconds),
            protocolDocument: try answerable.generation.pack(.map(request.inner.protocolDocument))
        )
    }
}

/// One accepted task, from the delivery of its acceptance to its end, which is on record and of which the modeller knows.
struct TaskRun: Sendable {
    let id: InboxID
    let acceptance: ReplyID
    let task: AnswerableTask
    let conversation: RunnerConversation
    let ready: RunnerReady
    let dataset: [UInt8]
    let start: RunnerStart
    let parts: HandoffParts

    /// How often it is looked whether the acceptance was delivered.
    private static let deliveryPause: Duration = .seconds(1)

    func perform() async {
        let elapsed = parts.clock.stopwatch()
        let end = await withTaskGroup(of: Void.self) { group in
            group.addTask { await begin() }
            let relay = MessageRelay(task, parts: parts)
            var end = RunEnd(.cancelled, .agentStopped)
            for await event in conversation.events {
                switch event {
                case .ready: break
                case .relay(let message, let type):
                    group.addTask { await conversation.delivered(await relay.send(message, type)) }
                case .finished(let finished): end = finished
                }
            }
            group.cancelAll()
            return end
        }
        parts.metrics.taskSeconds.record(duration: elapsed())
        await record(end)
    }

    /// Gives the task to the runner once its modeller knows that it is accepted, then brings what the modeller sends.
    private func begin() async {
        guard await acceptanceWasDelivered() else {
            await conversation.cancel(.modellerGone, .shutdown, grace: .zero)
            return
        }
        do {
            try await parts.retries.untilStored(task.taskID) { () async throws(StoreError) in
                try await parts.store.beginRun(id, entry: parts.entries.handedOff(task.facts, ready))
            }
        } catch {
            parts.logger.error("a task can't be recorded as handed off, and does not run: \(error)")
            await conversation.cancel(.agentStopped, .shutdown, grace: .zero)
            return
        }
        await conversation.start(start, dataset: dataset)
        await ModellerMailbox(task, parts: parts).pass(to: conversation)
    }

    /// Waits until the acceptance is with the message service; `false` if it was given up.
    private func acceptanceWasDelivered() async -> Bool {
        while !Task.isCancelled {
            do throws(StoreError) {
                switch try await parts.store.delivery(of: acceptance) {
                case .sent: return true
                case .abandoned: return false
                case .pending: break
                }
            } catch {
                parts.logger.error("the outbox can't be read: \(error)")
            }
            // Cancelled means over: the loop's condition sees it.
            try? await parts.clock.sleep(for: Self.deliveryPause)
        }
        return false
    }

    /// A modeller that said that the task is complete waits for nothing more.
    private func abort(for end: RunEnd) throws(TaskFormatError) -> [OutgoingMessage]? {
        guard !end.isConfirmed, let (text, reason) = end.reason?.abort else { return nil }
        return try task.abort(text, reason: reason, at: parts.now())
    }

    /// Makes the end durable together with what the modeller is told, then tells it.
    private func record(_ end: RunEnd) async {
        if let detail = end.detail {
            parts.logger.notice(
                "a runner's last words: \(detail.printableDetail)",
                metadata: ["task": "\(task.taskID ?? "")"]
            )
        }
        parts.metrics.countTask(end.outcome)
        parts.metrics.count(end.counts)
        do {
            let abort = try abort(for: end)
            let stored = try abort.map { try StoredReply($0) }
            let reply = try await parts.retries.untilStored(task.taskID) { () async throws(StoreError) in
                try await parts.store.finishRun(id, entry: parts.entries.finished(task.facts, end), abort: stored)
            }
            if let reply, let abort { await parts.outbox.send(reply, abort, decidedAt: parts.now()) }
        } catch {
            parts.logger.error(
                "the end of a task can't be recorded; the next start ends it: \(error)",
                metadata: ["task": "\(task.taskID ?? "")"]
            )
        }
    }
}

extension String {
    /// A runner's text as it may stand in the log.
    var printableDetail: String { printable(limit: RunnerDone.maximumDetailBytes) }
}
