import AuditLog
import StateStore
import BitfountTasks
import Cryptography
import Foundation
import Logging

/// The way of one task, from a kept message to its decision and reply.
///
/// Nothing here decides: `TaskIntake` and `Evaluator` do. This makes each step durable before the next, in the order that
/// lets no reply out before its decision and no task be decided twice.
package struct TaskPipeline: Sendable {
    let bodies: RequestBody
    let intake: TaskIntake
    let evaluator: Evaluator<ContinuousClock>
    let store: TaskStore
    let messages: any MessageService
    let outbox: ReplyOutbox
    let entries: TaskEntries
    let metrics: TaskMetrics
    let patience: IdentityPatience
    let pod: @Sendable () async -> PodContext
    let logger: Logger

    package init(
        bodies: RequestBody,
        intake: TaskIntake,
        evaluator: Evaluator<ContinuousClock>,
        store: TaskStore,
        messages: any MessageService,
        outbox: ReplyOutbox,
        entries: TaskEntries,
        metrics: TaskMetrics,
        patience: IdentityPatience,
        pod: @escaping @Sendable () async -> PodContext,
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
        self.logger = logger
    }

    /// Takes a task to its decision. Never throws: what can't be stored stays undecided and is taken up again at the next start.
    func process(_ task: ReceivedTask) async {
        await recording(task) { () async throws(StoreError) in
            switch await read(task) {
            case .malformed(let malformed):
                try await store.drop(task.id, entry: entries.malformed(malformed.facts, malformed.reason))
            case .rejected(let answerable, let rejection):
                // Claimed too: a redelivery that has grown stale meanwhile gets the answer that it got before.
                try await claiming(task, answerable) { () async throws(StoreError) in
                    try await reject(task, answerable, rejection)
                }
            case .task(let request):
                try await claiming(task, request.answerable) { () async throws(StoreError) in
                    try await decide(task, request)
                }
            }
        }
    }

    /// Rejects a task without evaluating it.
    func refuse(_ task: ReceivedTask, _ reason: DecisionReason) async {
        await recording(task) { () async throws(StoreError) in
            let result = await read(task)
            switch result {
            case .malformed(let malformed):
                try await store.drop(task.id, entry: entries.malformed(malformed.facts, malformed.reason))
            case .rejected(let answerable, let rejection):
                try await reject(task, answerable, rejection)
            case .task(let request):
                let answerable = request.answerable
                try await reject(task, answerable, Rejection(reason, generation: answerable.generation))
            }
        }
    }

    private func recording(_ task: ReceivedTask, _ work: () async throws(StoreError) -> Void) async {
        do throws(StoreError) {
            try await work()
        } catch {
            logger.error(
                "a task could not be decided durably: \(error)",
                metadata: ["task": "\(task.message.taskID ?? "")"]
            )
        }
    }

    private func read(_ task: ReceivedTask) async -> IntakeResult {
        do throws(RequestBody.Failure) {
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

    /// Claims the task, so that it is never decided a second time, and goes on with it if it is new.
    private func claiming(
        _ task: ReceivedTask,
        _ answerable: AnswerableTask,
        _ decideFresh: () async throws(StoreError) -> Void
    ) async throws(StoreError) {
        let claim = try await store.claim(
            task.id,
            taskID: answerable.taskID ?? "",
            target: answerable.target,
            requestSHA256: answerable.facts.encryptedRequestSHA256 ?? "",
            entry: entries.received(answerable.facts)
        )
        switch claim {
        case .fresh:
            try await decideFresh()
        case .redelivery(let original, let answered):
            if answered { try await store.resendReply(for: original) }
            try await store.drop(task.id, entry: entries.duplicate(answerable.facts, of: original))
        case .replayedTask:
            try await reject(task, answerable, Rejection(.replayedTask, generation: answerable.generation))
        case .replayedRequest:
            try await reject(task, answerable, Rejection(.replayedRequest, generation: answerable.generation))
        }
    }

    private func decide(_ task: ReceivedTask, _ request: TaskRequest) async throws(StoreError) {
        let clock = ContinuousClock()
        let start = clock.now
        let answerable = request.answerable
        let evaluation = await evaluate(task, request)
        let entry = entries.decided(answerable.facts, evaluation)
        metrics.decisionSeconds.record(duration: start.duration(to: clock.now))
        metrics.countDecision(entry.decision?.rawValue ?? "", reason: evaluation.reason.rawValue)
        switch evaluation.decision {
        case .accept(let authorised):
            // Nothing here runs tasks, and the modeller must not wait for what will not come
            // (bitfount-protocol.md, 9.6).
            try await reply(task, entry) { () throws(TaskFormatError) in
                [try authorised.acceptance(at: .now), try answerable.abort(Self.noExecutor, at: .now)]
            }
        case .reject(let rejection):
            try await reply(task, entry) { () throws(TaskFormatError) in
                [try answerable.answer(to: rejection, at: .now)]
            }
        }
    }

    /// What a modeller reads after an acceptance.
    private static let noExecutor = "The task was accepted, but this pod has no executor to run it"

    /// Evaluates; where identity has to be proved in an exchange, watches the task's mailbox meanwhile.
    private func evaluate(_ task: ReceivedTask, _ request: TaskRequest) async -> Evaluation {
        let mailbox = WorkerMailbox(
            task: request.answerable,
            messages: messages,
            patience: patience,
            clock: .continuous,
            logger: logger
        ) {
            try await store.beginIdentity(task.id, entry: entries.challenged(request.answerable.facts))
        }
        guard request.method != .signature else {
            return await evaluator.evaluate(request, exchange: mailbox, deadline: task.deadline)
        }
        return await withTaskGroup(of: Evaluation?.self) { group in
            group.addTask { await evaluator.evaluate(request, exchange: mailbox, deadline: task.deadline) }
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
        metrics.countDecision("reject", reason: rejection.reason.rawValue)
        try await reply(task, entries.refused(answerable.facts, rejection)) { () throws(TaskFormatError) in
            [try answerable.answer(to: rejection, at: .now)]
        }
    }

    private func reply(
        _ task: ReceivedTask,
        _ entry: AuditEntry,
        _ compose: () throws(TaskFormatError) -> [OutgoingMessage]
    ) async throws(StoreError) {
        let messages: [OutgoingMessage]
        let stored: StoredReply
        do {
            messages = try compose()
            stored = try StoredReply(messages)
        } catch {
            throw StoreError(.constraint, "A reply could not be encoded.", underlying: error)
        }
        let record = try await store.decide(task.id, entry: entry, reply: stored)
        guard let reply = record.reply else { return }
        await outbox.send(reply, messages, decidedAt: .now)
    }
}
