// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Logging
import Metrics
import Synchronization
import Timekeeping

/// Takes a runner's messages to the modeller: seals each as it is, uploads what is too long, and tries until it is delivered.
final class MessageRelay: Sendable {
    private let task: AnswerableTask
    private let parts: HandoffParts
    private let sequence = Mutex<UInt64>(0)

    init(_ task: AnswerableTask, parts: HandoffParts) {
        self.task = task
        self.parts = parts
    }

    /// - Returns: Whether the message service has the message; `false` also if the task is over before.
    func send(_ message: RunnerMessage, _ type: MessageType) async -> Bool {
        var delays = RetryDelays(Backoff(cap: .seconds(30)), random: parts.random)
        let sealed: OutgoingMessage
        do {
            sealed = try outgoing(message, type)
        } catch {
            parts.logger.error("a message of a runner can't be sealed: \(error)")
            return false
        }
        var ready: OutgoingMessage?
        while !Task.isCancelled {
            do {
                // What was uploaded once is not uploaded again.
                let next: OutgoingMessage
                if let ready { next = ready } else { next = try await fitting(sealed) }
                ready = next
                try await parts.messages.send(next)
                parts.metrics.sentBytes.increment(by: message.body.count)
                return true
            } catch let error as MessageServiceError where !error.isTransient {
                parts.logger.warning("a message of a runner is refused by the message service: \(error)")
                return false
            } catch {
                parts.logger.warning("a message of a runner can't be delivered yet: \(error)")
            }
            // Cancelled means over: the loop's condition sees it.
            try? await parts.clock.sleep(for: delays.next())
        }
        return false
    }

    private func outgoing(_ message: RunnerMessage, _ type: MessageType) throws(TaskFormatError) -> OutgoingMessage {
        var outgoing = try task.packedMessage(type, message.body, at: parts.now())
        outgoing.metadata = message.metadata
        if task.generation == .g2 {
            outgoing.sequenceNumber = sequence.withLock { number in
                number += 1
                return number
            }
        }
        return outgoing
    }

    /// The message with a body that fits into it: its own, or the address of where that was uploaded (bitfount-protocol.md, 7.9).
    private func fitting(_ message: OutgoingMessage) async throws -> OutgoingMessage {
        guard message.body.count > LargeObjectTicket.maximumInlineBytes else { return message }
        let content = LargeObjectContent.wrap(message.body, for: task.generation)
        let ticket = try await parts.messages.largeObjectStorage(
            for: content.count,
            mailboxID: task.workerMailboxID,
            taskID: task.taskID
        )
        try await parts.uploads(ticket, content)
        var message = message
        message.body = ticket.body
        return message
    }
}

/// Brings a modeller's messages from the task's own mailbox to a runner: opened, and never looked into.
struct ModellerMailbox: Sendable {
    private let task: AnswerableTask
    private let messageGuard: WorkerMessageGuard
    private let parts: HandoffParts

    init(_ task: AnswerableTask, parts: HandoffParts) {
        self.task = task
        self.parts = parts
        messageGuard = WorkerMessageGuard(task)
    }

    /// Polls until the modeller says that the task is complete, or the surrounding task is cancelled.
    func pass(to conversation: RunnerConversation) async {
        var schedule = PollSchedule()
        var backoff = RetryDelays(Backoff(cap: .seconds(8)), random: parts.random)
        while !Task.isCancelled {
            let delay: Duration
            do {
                if let message = try await parts.messages.nextMessage(in: .named(task.workerMailboxID)) {
                    backoff.reset()
                    schedule.reset()
                    if await handle(message, conversation) { return }
                    continue
                }
                backoff.reset()
                delay = schedule.nextDelay()
            } catch {
                parts.logger.warning("the mailbox of a running task can't be polled: \(error)")
                delay = backoff.next()
            }
            // Cancelled means over: the loop's condition sees it.
            try? await parts.clock.sleep(for: delay)
        }
    }

    /// - Returns: Whether the modeller said that the task is complete.
    private func handle(_ message: IncomingMessage, _ conversation: RunnerConversation) async -> Bool {
        let body: [UInt8]
        do {
            try messageGuard.checkClaims(of: message)
            body = try task.cipher.openPacked(try await parts.bodies.load(message.body))
        } catch {
            parts.logger.warning(
                "a message in the mailbox of a running task is ignored: \(error)",
                metadata: ["type": "\(message.type)"]
            )
            await acknowledge(message, isLast: false)
            return false
        }
        // Only who opened the task's messages may end its mailbox.
        let isLast = message.type == .taskComplete
        await acknowledge(message, isLast: isLast)
        await conversation.fromModeller(message.type, body)
        return isLast
    }

    private func acknowledge(_ message: IncomingMessage, isLast: Bool) async {
        guard let receipt = message.receiptHandle else { return }
        do {
            try await parts.messages.acknowledge(
                receipt,
                mailboxID: task.workerMailboxID,
                deletingMailbox: isLast
            )
        } catch {
            parts.logger.warning("a message of a running task could not be acknowledged: \(error)")
        }
    }
}
