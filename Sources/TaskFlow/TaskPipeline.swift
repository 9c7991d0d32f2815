// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import BitfountTasks
import Cryptography
package import Foundation
package import Logging
import Metrics
import StateStore
import Timekeeping

/// The way of one task, from a kept message to its decision and reply.
///
/// Nothing here decides: `TaskIntake` and `Evaluator` do. This makes each step durable before the next, in the order that
/// lets no reply out before its decision and no task be decided twice. A step that the store does not take is repeated until
/// it does.
package struct TaskPipeline: Sendable {
    private let bodies: RequestBodyFetcher
    private let intake: TaskIntake
    private let evaluator: any TaskEvaluator
    private let store: TaskStore
    private let messages: any MessageService
    private let outbox: ReplyOutbox
    private let entries: TaskEntries
    private let metrics: TaskMetrics
    private let patience: IdentityPatience
    private let pod: @Sendable () async -> PodContext
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger

    /// - Parameters:
    ///   - pod: Whose pod it is at that moment, and what it serves.
    ///   - random: A number from 0 up to but not including 1, which spreads repeated writes over time.
    package init(
        bodies: RequestBodyFetcher,
        intake: TaskIntake,
        evaluator: any TaskEvaluator,
        store: TaskStore,
        messages: any MessageService,
        outbox: ReplyOutbox,
        entries: TaskEntries,
        metrics: TaskMetrics,
        patience: IdentityPatience,
        pod: @escaping @Sendable () async -> PodContext,
        clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.bodies = bodies
        self.intake = intake
        self.evaluator = evaluator
        self.store = store
        self.messages = messages
        self.outbox = outbox
        self.entries = entries
        self.metrics = metrics
        self.patience = patience
        self.pod = pod
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Takes a task to its decision.
    ///
    /// It stays undecided only if the agent stops while the store fails; then the next start takes it up.
    func process(_ task: ReceivedTask) async {
        await toTheEnd(of: task) { () async throws(StoreError) in
            switch await read(task) {
            case .malformed(let malformed):
                try await drop(task, entries.malformed(malformed.facts, malformed.reason))
            case .rejected(let answerable, let rejection):
                // Claimed too: a redelivery that has grown stale meanwhile gets the answer that it got before.
                guard try await isNew(task, answerable) else { return }
                try await reject(task, answerable, rejection)
            case .task(let request):
                guard try await isNew(task, request.answerable) else { return }
                try await decide(task, request)
            }
        }
    }

    /// Rejects a task without evaluating it.
    func refuse(_ task: ReceivedTask, _ reason: DecisionReason) async {
        await toTheEnd(of: task) { () async throws(StoreError) in
            switch await read(task) {
            case .malformed(let malformed):
                try await drop(task, entries.malformed(malformed.facts, malformed.reason))
            case .rejected(let answerable, let rejection):
                try await reject(task, answerable, rejection)
            case .task(let request):
                let answerable = request.answerable
                try await reject(task, answerable, Rejection(reason, generation: answerable.generation))
            }
        }
    }

    /// Ends, on record, a kept message that can't be read any more: nobody can be answered.
    func dropDamaged(_ row: InboxRow) async {
        do {
            try await untilStored(row.message.taskID) { () async throws(StoreError) in
                _ = try await store.drop(row.id, entry: entries.damaged(row))
            }
        } catch {
            logger.error("a damaged message could not be recorded: \(error)", metadata: ["message": "\(row.id)"])
        }
    }

    // MARK: Steps

    private func read(_ task: ReceivedTask) async -> IntakeResult {
        do throws(RequestBodyFetcher.Failure) {
            let body = try await bodies.load(task.message.body)
            return await intake.read(task.message, body: body, pod: await pod())
        } catch {
            logger.warning(
                "a task's content can't be fetched: \(error)",
                metadata: ["task": "\(task.message.taskID ?? "")"]
            )
            return .malformed(intake.withoutBody(task.message))
        }
    }

    /// Claims the task, so that it is never decided a second time. What was claimed before is answered here.
    ///
    /// - Returns: Whether the task is new, and so has to be decided.
    private func isNew(_ task: ReceivedTask, _ answerable: AnswerableTask) async throws(StoreError) -> Bool {
        let claim = try await untilStored(task.message.taskID) { () async throws(StoreError) in
            try await store.claim(
                task.id,
                taskID: answerable.taskID ?? "",
                target: answerable.target,
                requestSHA256: answerable.facts.encryptedRequestSHA256 ?? "",
                entry: entries.received(answerable.facts)
            )
        }
        switch claim {
        case .fresh:
            return true
        case .redelivery(let original, let answered):
            if answered {
                try await untilStored(task.message.taskID) { () async throws(StoreError) in
                    _ = try await store.resendReply(for: original)
                }
            }
            try await drop(task, entries.duplicate(answerable.facts, of: original))
        case .replayedTask:
            try await reject(task, answerable, Rejection(.replayedTask, generation: answerable.generation))
        case .replayedRequest:
            try await reject(task, answerable, Rejection(.replayedRequest, generation: answerable.generation))
        }
        return false
    }

    private func decide(_ task: ReceivedTask, _ request: TaskRequest) async throws(StoreError) {
        let elapsed = clock.stopwatch()
        let answerable = request.answerable
        var evaluation = await evaluate(task, request)
        metrics.decisionSeconds.record(duration: elapsed())
        if case .accept(let authorised) = evaluation.decision {
            // Nothing here runs tasks, and the modeller must not wait for what will not come
            // (bitfount-protocol.md, 9.6).
            let acceptance = try encode { () throws(TaskFormatError) in
                [try authorised.acceptance(at: now()), try answerable.abort(Self.noExecutor, at: now())]
            }
            let entry = entries.decided(answerable.facts, evaluation)
            guard try await !reply(task, entry, acceptance, unless: { task.timeLeft() <= .zero }) else { return }
            // Who accepts so late accepts what its modeller has given up.
            evaluation = evaluation.refused(.deadline, generation: answerable.generation)
        }
        guard case .reject(let rejection) = evaluation.decision else { return }
        let refusal = try encode { () throws(TaskFormatError) in [try answerable.answer(to: rejection, at: now())] }
        try await reply(task, entries.decided(answerable.facts, evaluation), refusal)
    }

    /// What a modeller reads after an acceptance.
    private static let noExecutor = "The task was accepted, but this pod has no executor to run it"

    /// Evaluates; where identity has to be proved in an exchange, watches the task's mailbox meanwhile.
    private func evaluate(_ task: ReceivedTask, _ request: TaskRequest) async -> Evaluation {
        let mailbox = WorkerMailbox(
            task: request.answerable,
            messages: messages,
            patience: patience,
            clock: clock,
            now: now,
            random: random,
            logger: logger
        ) {
            try await store.beginIdentity(task.id, entry: entries.challenged(request.answerable.facts))
        }
        guard request.method != .signature else {
            return await evaluator.evaluate(request, exchange: mailbox, within: task.timeLeft())
        }
        return await withTaskGroup(of: Evaluation?.self) { group in
            group.addTask { await evaluator.evaluate(request, exchange: mailbox, within: task.timeLeft()) }
            group.addTask {
                await mailbox.watch()
                return nil
            }
            var evaluation: Evaluation?
            for await result in group {
                if let result { evaluation = result }
                group.cancelAll()
            }
            let isCancelled = await mailbox.isCancelledByModeller
            if let evaluation, !isCancelled || !evaluation.isOpen { return evaluation }
            return evaluator.rejection(of: request, isCancelled ? .cancelledByModeller : .interrupted)
        }
    }

    private func reject(
        _ task: ReceivedTask,
        _ answerable: AnswerableTask,
        _ rejection: Rejection
    ) async throws(StoreError) {
        let refusal = try encode { () throws(TaskFormatError) in [try answerable.answer(to: rejection, at: now())] }
        try await reply(task, entries.refused(answerable.facts, rejection), refusal)
    }

    // MARK: What ends a task

    /// A reply, sealed once, and the bytes that are kept of it.
    private struct SealedReply {
        let messages: [OutgoingMessage]
        let stored: StoredReply
    }

    private func encode(
        _ compose: () throws(TaskFormatError) -> [OutgoingMessage]
    ) throws(StoreError) -> SealedReply {
        do {
            let messages = try compose()
            return SealedReply(messages: messages, stored: try StoredReply(messages))
        } catch {
            throw StoreError(.constraint, "A reply could not be encoded.", underlying: error)
        }
    }

    /// Makes a decision durable with its reply, then sends the reply.
    ///
    /// - Parameter isTooLate: Whether the decision must not be stored any more.
    /// - Returns: `false` if it was too late.
    @discardableResult
    private func reply(
        _ task: ReceivedTask,
        _ entry: AuditEntry,
        _ reply: SealedReply,
        unless isTooLate: () -> Bool = { false }
    ) async throws(StoreError) -> Bool {
        let record = try await untilStored(task.message.taskID) { () async throws(StoreError) -> DecisionRecord? in
            isTooLate() ? nil : try await store.decide(task.id, entry: entry, reply: reply.stored)
        }
        guard let record else { return false }
        metrics.countDecision(entry.decision?.rawValue ?? "", reason: entry.reason ?? "")
        if let id = record.reply { await outbox.send(id, reply.messages, decidedAt: now()) }
        return true
    }

    /// Ends a message that gets no reply of its own.
    private func drop(_ task: ReceivedTask, _ entry: AuditEntry) async throws(StoreError) {
        try await untilStored(task.message.taskID) { () async throws(StoreError) in
            _ = try await store.drop(task.id, entry: entry)
        }
    }

    /// Runs the steps of a task, and sees to it that the task is ended on record also where a step can't be stored at all.
    private func toTheEnd(of task: ReceivedTask, _ steps: () async throws(StoreError) -> Void) async {
        do throws(StoreError) {
            do throws(StoreError) {
                try await steps()
            } catch  where error.code == .constraint {
                logger.error(
                    "a task's decision is beyond the limits of what is kept; it is dropped: \(error)",
                    metadata: ["task": "\(task.message.taskID ?? "")"]
                )
                try await drop(task, entries.ignored(task.message))
            }
        } catch  where error.code == .alreadyDecided {
            // A step that seemed to fail was stored, and its reply is in the outbox.
            logger.notice("a task is decided already", metadata: ["task": "\(task.message.taskID ?? "")"])
        } catch {
            logger.error(
                "a task stays undecided until the next start: \(error)",
                metadata: ["task": "\(task.message.taskID ?? "")"]
            )
        }
    }

    /// Repeats a step until the store takes it.
    ///
    /// A cancelled task tries once more without waiting: the agent is stopping.
    ///
    /// - Throws: What repeating does not mend.
    private func untilStored<Value>(
        _ taskID: String?,
        _ step: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        var delays = RetryDelays(Backoff(cap: .seconds(30)), random: random)
        while true {
            do throws(StoreError) {
                return try await step()
            } catch  where error.mayPass {
                logger.error(
                    "a step of a task could not be stored and is tried again: \(error)",
                    metadata: ["task": "\(taskID ?? "")"]
                )
            }
            do {
                try await clock.sleep(for: delays.next())
            } catch {
                return try await step()
            }
        }
    }
}

extension StoreError {
    /// Whether the same write may succeed later.
    fileprivate var mayPass: Bool {
        isStorageFault || code == .busy || code == .overloaded
    }
}
