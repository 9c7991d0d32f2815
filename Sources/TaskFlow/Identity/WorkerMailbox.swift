// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Logging
import MessagePack
import Timekeeping

/// A task's own mailbox, watched only while the modeller's identity is being checked.
///
/// What arrives is checked to be the requester's and of this task, acknowledged, and handed to whoever waits for it. Anything
/// else stays where it is, since only the clear envelope says that this mailbox is the task's; a task request is passed on.
/// The modeller's cancelling ends the exchange at once, whatever it is waiting for.
actor WorkerMailbox: IdentityExchange {
    private enum Wait {
        case none
        case expecting(MessageType)
        case waiting(MessageType, CheckedContinuation<MessagePackValue?, Never>)
        case answered(MessagePackValue)
    }

    /// How many messages of others are passed over without a pause: a service may deliver one again at once.
    private static let foreignMessagesBeforePause = 16

    private let task: AnswerableTask
    private let messageGuard: WorkerMessageGuard
    private let messages: any MessageService
    private let strays: StrayRequests
    private let patience: IdentityPatience
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let begin: @Sendable () async throws -> Void
    private let isHeard: @Sendable () async -> Void
    private let logger: Logger
    private var wait = Wait.none
    private var ending: IdentityExchangeError?
    private var challengedAt: Duration?

    /// - Parameters:
    ///   - strays: Who takes task requests that are found here.
    ///   - begin: Makes durable that the exchange has begun; called before the first challenge is sent.
    ///   - isHeard: Called when something came of the modeller.
    init(
        task: AnswerableTask,
        messages: any MessageService,
        strays: StrayRequests,
        patience: IdentityPatience,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable () -> Double,
        logger: Logger,
        begin: @escaping @Sendable () async throws -> Void,
        isHeard: @escaping @Sendable () async -> Void = {}
    ) {
        self.task = task
        self.messageGuard = WorkerMessageGuard(task)
        self.messages = messages
        self.strays = strays
        self.patience = patience
        self.clock = clock
        self.elapsed = clock.stopwatch()
        self.now = now
        self.random = random
        self.logger = logger
        self.begin = begin
        self.isHeard = isHeard
    }

    /// Whether the modeller has withdrawn the task.
    var isCancelledByModeller: Bool { ending?.code == .cancelledByModeller }

    func ask(
        _ type: MessageType,
        _ body: MessagePackValue,
        expecting answer: MessageType
    ) async throws(IdentityExchangeError) -> MessagePackValue {
        do {
            try await begin()
        } catch {
            throw IdentityExchangeError(.unavailable, "the challenge could not be recorded", underlying: error)
        }
        wait = .expecting(answer)
        try await send(type, body)
        challengedAt = challengedAt ?? elapsed()
        if let value = await answerOrEnd(answer) { return value }
        throw ending ?? IdentityExchangeError(.timedOut, "the exchange was ended before the modeller answered")
    }

    /// Polls the mailbox until it is cancelled or the modeller has gone.
    func watch() async {
        var schedule = PollSchedule()
        var backoff = RetryDelays(Backoff(cap: .seconds(8)), random: random)
        var presence = ModellerPresence(patience: patience)
        var foreign = 0
        while !Task.isCancelled, ending == nil {
            let delay: Duration
            do {
                if let message = try await messages.nextMessage(in: .task(task.workerMailboxID)) {
                    backoff.reset()
                    if try await take(message, &presence) {
                        schedule.reset()
                        foreign = 0
                        continue
                    }
                    foreign += 1
                    if foreign < Self.foreignMessagesBeforePause { continue }
                }
                foreign = 0
                backoff.reset()
                delay = schedule.nextDelay()
            } catch {
                logger.warning("a task's mailbox can't be polled: \(error)")
                delay = backoff.next()
            }
            switch presence.next(now: elapsed(), challengedAt: challengedAt) {
            case .wait: break
            case .check(let id): await sendOptional(try? task.message(.onlineCheck, .string(id), at: now()))
            case .gone:
                end(IdentityExchangeError(.timedOut, "the modeller is offline"))
                return
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: min(delay, presence.longestDelay))
        }
    }

    /// Acknowledges a message of this exchange and deals with it.
    ///
    /// - Returns: `false` if it is none: it is not acknowledged, so that whoever it is for still gets it.
    private func take(
        _ message: IncomingMessage,
        _ presence: inout ModellerPresence
    ) async throws(MessageServiceError) -> Bool {
        guard message.type != .jobRequest else {
            logger.notice("a task request was found in another task's mailbox")
            strays.offer(message, foundIn: task.workerMailboxID)
            return false
        }
        let value: MessagePackValue
        do {
            value = try messageGuard.open(message)
        } catch {
            logger.warning(
                "a message in a task's mailbox is left there: \(error.rawValue)",
                metadata: ["type": "\(message.type)"]
            )
            return false
        }
        if let receipt = message.receiptHandle {
            try await messages.acknowledge(
                receipt,
                mailboxID: task.workerMailboxID,
                deletingMailbox: message.type == .taskComplete
            )
        }
        await handle(message, value, &presence)
        return true
    }

    private func handle(
        _ message: IncomingMessage,
        _ value: MessagePackValue,
        _ presence: inout ModellerPresence
    ) async {
        presence.heard(now: elapsed())
        await isHeard()
        switch message.type {
        case .taskCancel, .taskAbort, .taskComplete:
            end(IdentityExchangeError(.cancelledByModeller, "the modeller sent \(message.type)"))
        case .onlineCheck:
            await sendOptional(onlineResponse(to: message))
        case .onlineResponse, .logMessage:
            break
        default:
            deliver(message.type, value)
        }
    }

    private func send(_ type: MessageType, _ body: MessagePackValue) async throws(IdentityExchangeError) {
        do {
            try await messages.send(task.message(type, body, at: now()))
        } catch {
            throw IdentityExchangeError(.unavailable, "the modeller can't be reached", underlying: error)
        }
    }

    /// For what the exchange does not depend on.
    private func sendOptional(_ message: OutgoingMessage?) async {
        guard let message else { return }
        do {
            try await messages.send(message)
        } catch {
            logger.warning(
                "a message to a modeller can't be delivered: \(error)",
                metadata: ["type": "\(message.type)"]
            )
        }
    }

    private func deliver(_ type: MessageType, _ value: MessagePackValue) {
        switch wait {
        case .expecting(type):
            wait = .answered(value)
        case .waiting(type, let continuation):
            wait = .none
            continuation.resume(returning: value)
        default:
            logger.notice("a message in a task's mailbox was not expected", metadata: ["type": "\(type)"])
        }
    }

    /// The check comes back as it is, still encrypted (bitfount-protocol.md, 7.8).
    private func onlineResponse(to message: IncomingMessage) -> OutgoingMessage? {
        guard var response = try? task.message(.onlineResponse, .null, at: now()) else { return nil }
        response.body = message.body
        return response
    }

    /// Ends the exchange because others need its place, and nothing came of its modeller.
    func giveWay() {
        end(IdentityExchangeError(.timedOut, "others needed the place of a modeller who did not answer"))
    }

    private func end(_ error: IdentityExchangeError) {
        ending = error
        release()
    }

    private func release() {
        if case .waiting(_, let continuation) = wait { continuation.resume(returning: nil) }
        wait = .none
    }

    private func answerOrEnd(_ type: MessageType) async -> MessagePackValue? {
        if case .answered(let value) = wait {
            wait = .none
            return value
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if ending != nil || Task.isCancelled {
                    wait = .none
                    continuation.resume(returning: nil)
                } else {
                    wait = .waiting(type, continuation)
                }
            }
        } onCancel: {
            // The handler is synchronous; the actor has to be entered from a task of its own, which ends at once.
            Task { await self.release() }
        }
    }
}
