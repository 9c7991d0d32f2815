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
///
/// A request is first looked at without the pod's key (`inspect`): what shows then decides among whom it waits for its turn, and
/// whether it gets one. Whoever proves nothing never takes the turn of somebody who has.
package struct TaskPipeline: Sendable {
    private let admission: TaskAdmission
    private let bodies: RequestBodyFetcher
    private let intake: TaskIntake
    private let keys: any ModellerKeySource
    private let evaluator: any TaskEvaluator
    private let store: TaskStore
    private let messages: any MessageService
    private let outbox: ReplyOutbox
    private let entries: TaskEntries
    private let metrics: TaskMetrics
    private let patience: IdentityPatience
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let discards = DiscardedTasks()
    private let reader: RequestReader
    private let retries: StoreRetries
    private let recent: RecentRequests
    private let watched = WatchedMailboxes()
    /// Requests that identity exchanges come upon.
    let strays = StrayRequests()

    /// - Parameters:
    ///   - keys: The keys that modellers sign with.
    ///   - pod: Whose pod it is at that moment, and what it serves.
    ///   - random: A number from 0 up to but not including 1, which spreads repeated writes over time.
    package init(
        admission: TaskAdmission,
        bodies: RequestBodyFetcher,
        intake: TaskIntake,
        keys: any ModellerKeySource,
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
        self.admission = admission
        self.bodies = bodies
        self.intake = intake
        self.keys = keys
        self.evaluator = evaluator
        self.store = store
        self.messages = messages
        self.outbox = outbox
        self.entries = entries
        self.metrics = metrics
        self.patience = patience
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
        recent = RecentRequests(clock: clock)
        retries = StoreRetries(clock: clock, random: random, logger: logger)
        reader = RequestReader(
            bodies: bodies,
            intake: intake,
            store: store,
            retries: retries,
            pod: pod,
            logger: logger
        )
    }

    /// Takes a task to its decision.
    ///
    /// It stays undecided only if the agent stops before its turn, or while the store fails; then the next start takes it up.
    func process(_ task: ReceivedTask) async {
        await process(task, admission.inspections.arrive(task.modeller))
    }

    /// Takes a task that has arrived among the inspections to its decision.
    func process(_ task: ReceivedTask, _ arrival: TaskLane.Arrival) async {
        guard case .held(let ticket) = await admission.inspections.place(arrival) else { return }
        async let isNoted: Void = noteAttempt(task)
        var inspected: InspectedRequest?
        await toTheEnd(of: task) { () async throws(StoreError) in inspected = try await inspect(task) }
        await admission.inspections.leave(ticket)
        await isNoted
        if let request = inspected, let proved = await prove(request, task) {
            await toTheEnd(of: task) { () async throws(StoreError) in
                try await takeTurn(task, proved.request, proved.proof)
            }
        }
        if Task.isCancelled { await withdrawAttempt(task) }
    }

    /// Records what was discarded since the last time, if that is long enough ago.
    func recordDiscards(atLeastOld age: Duration = .zero) async {
        guard let batch = discards.take(discardedBefore: age == .zero ? .distantFuture : now() - age.timeInterval)
        else {
            return
        }
        do throws(StoreError) {
            try await store.discard(batch.ids, entries: batch.summaries.map(entries.discarded))
        } catch {
            discards.putBack(batch)
            logger.error("discarded tasks could not be recorded yet: \(error)")
        }
    }

    /// Rejects a task without evaluating it. It is claimed like any other that is answered. What would have to be fetched for that
    /// is refused without an answer, unless it was the agent's own end that the task is refused for.
    func refuse(_ task: ReceivedTask, _ reason: DecisionReason) async {
        async let isNoted: Void = noteAttempt(task)
        await toTheEnd(of: task) { () async throws(StoreError) in
            let unfetched = reason == .crashDuringIdentity ? nil : reason
            guard let request = try await inspect(task, unfetched: unfetched) else { return }
            try await handle(task, request, refusing: reason)
        }
        await isNoted
        if Task.isCancelled { await withdrawAttempt(task) }
    }

    /// Ends, on record, a kept message on which the agent worked each time when it crashed. What it holds is not looked at again.
    func setAside(_ row: InboxRow) async {
        do {
            try await retries.untilStored(row.message.taskID) { () async throws(StoreError) in
                _ = try await store.drop(row.id, entry: entries.setAside(row), keepsPayload: true)
            }
        } catch {
            logger.error("a message could not be set aside: \(error)", metadata: ["message": "\(row.id)"])
        }
    }

    /// Ends, on record, a kept message that can't be read any more: nobody can be answered.
    func dropDamaged(_ row: InboxRow) async {
        do {
            try await retries.untilStored(row.message.taskID) { () async throws(StoreError) in
                let entry = entries.damaged(row.id, task: row.message.taskID, modeller: row.message.sender)
                _ = try await store.drop(row.id, entry: entry, keepsPayload: true)
            }
        } catch {
            logger.error("a damaged message could not be recorded: \(error)", metadata: ["message": "\(row.id)"])
        }
    }

    // MARK: Steps

    /// Notes that work on a task begins: what the agent worked on each time when it crashed is not begun for ever.
    private func noteAttempt(_ task: ReceivedTask) async {
        do {
            try await store.noteAttempt(task.id)
        } catch {
            logger.error("the beginning of a task's work could not be noted: \(error)")
        }
    }

    /// Notes that a task only waits, or is left to the next start of an agent that stops: that is no crash.
    private func withdrawAttempt(_ task: ReceivedTask) async {
        do {
            try await store.withdrawAttempt(task.id)
        } catch {
            logger.error("the end of a task's work could not be noted: \(error)")
        }
    }

    /// What shows of a request without the pod's key.
    private struct InspectedRequest: Sendable {
        let sealed: SealedRequest
        /// Whether the same request was answered before, or the task id used.
        let claim: TaskClaim?
        /// The memory that it takes.
        var memory: ByteClaim
        /// How long it is.
        let bytes: Int
        /// Whether its memory is of what those share who are not proven.
        var isUnproven = false

        /// Whether this message has claimed the request, before a restart: then it is answered in any case.
        var isClaimed: Bool { claim == .fresh }

        /// Why it is refused, if that shows already.
        var objection: DecisionReason? {
            switch claim {
            case .replayedRequest: .replayedRequest
            case .replayedTask: .replayedTask
            default: sealed.objection
            }
        }
    }

    /// Looks at what shows without the pod's key, and ends what needs none.
    private func inspect(
        _ task: ReceivedTask,
        unfetched reason: DecisionReason? = nil
    ) async throws(StoreError) -> InspectedRequest? {
        let sealed: SealedRequest
        let memory: ByteClaim
        let bytes: Int
        switch try await reader.read(task, unfetched: reason) {
        case .request(let request, let claim, let count):
            sealed = request
            memory = claim
            bytes = count
        case .malformed(let malformed):
            try await dropUnanswered(task, malformed)
            return nil
        }
        let facts = sealed.facts
        let hash = facts.encryptedRequestSHA256 ?? ""
        if let fault = recent.fault(of: sealed) {
            // It did not open, so it has claimed nothing.
            try await dropUnanswered(task, MalformedTask(reason: fault, facts: facts))
            return nil
        }
        let claim = try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
            try await store.standing(
                task.id,
                taskID: facts.taskID ?? "",
                target: sealed.target.identifier,
                requestSHA256: hash
            )
        }
        if case .redelivery(let original, let answered) = claim {
            try await answerAgain(task, facts, original, answered)
            return nil
        }
        return InspectedRequest(sealed: sealed, claim: claim, memory: memory, bytes: bytes)
    }

    // MARK: Proof, before the pod's key is used

    /// What shows of a modeller's proof.
    private enum Proof {
        /// The signature is that of the modeller's key at the Hub.
        case signed
        /// It is not.
        case forged
        /// It can't be checked here: the Access Manager does.
        case unchecked
        /// There is no signature; the modeller has to be asked.
        case toBeAsked
    }

    /// Checks the signature of a request, with the modeller's key from the Hub.
    ///
    /// - Returns: `nil` if the agent stops meanwhile.
    private func prove(
        _ request: InspectedRequest,
        _ task: ReceivedTask
    ) async -> (request: InspectedRequest, proof: Proof)? {
        let sealed = request.sealed
        guard sealed.method == .signature else { return (request, .toBeAsked) }
        let name = ModellerKeyName(modeller: sealed.facts.modeller, keyID: sealed.outer.keyID)
        guard let name, let signature = sealed.outer.signature else { return (request, .unchecked) }
        var request = request
        let key: ModellerKey
        if let known = keys.known(name) {
            key = known
        } else if let ticket = await admission.lookups.enterNow(task.modeller) {
            key = await lookUp(name, ticket)
        } else {
            guard let waiting = unproven(request) else { return (request, .unchecked) }
            request = waiting
            switch await place(task, in: admission.lookups) {
            case .cancelled: return nil
            case .none: key = .unknown
            case .held(let ticket): key = await lookUp(name, ticket)
            }
        }
        guard case .active(let publicKey) = key else { return (request, .unchecked) }
        let holds = publicKey.verifyPSS(signature: signature, message: sealed.outer.encryptedRequest)
        return (request, holds ? .signed : .forged)
    }

    private func lookUp(_ name: ModellerKeyName, _ ticket: TaskLane.Ticket) async -> ModellerKey {
        let key = await keys.lookUp(name)
        await admission.lookups.leave(ticket)
        return key
    }

    /// Has a request take its memory from what those share who are not proven: what is proven never waits for it.
    ///
    /// - Returns: `nil` if too little is left.
    private func unproven(_ request: InspectedRequest) -> InspectedRequest? {
        guard !request.isUnproven else { return request }
        guard let claim = bodies.memory.claimUnproven(request.bytes) else { return nil }
        request.memory.release()
        var request = request
        request.memory = claim
        request.isUnproven = true
        return request
    }

    /// Waits for a place. Who only waits is not in work.
    private func place(_ task: ReceivedTask, in lane: TaskLane) async -> TaskLane.Place {
        let arrival = await lane.arrive(task.modeller, timeLeft: task.timeLeft)
        guard case .queued = arrival else { return await lane.place(arrival) }
        await withdrawAttempt(task)
        let place = await lane.place(arrival)
        if place != .cancelled { await noteAttempt(task) }
        return place
    }

    // MARK: A turn

    /// Waits for the request's turn among its like, and takes it.
    private func takeTurn(
        _ task: ReceivedTask,
        _ request: InspectedRequest,
        _ proof: Proof
    ) async throws(StoreError) {
        var request = request
        var objection = proof == .forged ? request.objection ?? .forgedSignature : request.objection
        if objection == nil, proof != .signed {
            if let waiting = unproven(request) { request = waiting } else { objection = .tooLargeNow }
        }
        // The same bytes can be sent again by anybody, and as often as they like.
        if let objection, proof != .signed || objection == .replayedRequest, !request.isClaimed {
            guard let ticket = await admission.refusals.enterNow(task.modeller) else {
                await discard(task, objection, request.sealed.facts)
                return
            }
            try await holding(ticket, in: admission.refusals) { () async throws(StoreError) in
                try await handle(task, request, refusing: objection)
            }
            return
        }
        let lane: TaskLane
        switch proof {
        case .signed, .forged: lane = admission.decisions
        case .unchecked: lane = admission.unproven
        case .toBeAsked: lane = admission.exchanges
        }
        switch await place(task, in: lane) {
        case .cancelled:
            return
        case .none:
            let reason: DecisionReason = task.timeLeft() <= .zero ? .deadline : .tooManyTasks
            if proof == .signed || request.isClaimed {
                try await handle(task, request, isProven: proof == .signed, refusing: reason)
            } else {
                await discard(task, reason, request.sealed.facts)
            }
        case .held(let ticket):
            try await holding(ticket, in: lane) { () async throws(StoreError) in
                try await handle(task, request, isProven: proof == .signed, place: ticket, refusing: objection)
            }
        }
    }

    private func holding(
        _ ticket: TaskLane.Ticket,
        in lane: TaskLane,
        _ body: () async throws(StoreError) -> Void
    ) async throws(StoreError) {
        do throws(StoreError) {
            try await body()
        } catch {
            await lane.leave(ticket)
            throw error
        }
        await lane.leave(ticket)
    }

    /// Opens a request and decides it, or refuses it unevaluated.
    private func handle(
        _ task: ReceivedTask,
        _ request: InspectedRequest,
        isProven: Bool = false,
        place: TaskLane.Ticket? = nil,
        refusing refusal: DecisionReason? = nil
    ) async throws(StoreError) {
        guard let opened = await unseal(task, request.sealed) else { return }
        switch opened {
        case .malformed(let malformed):
            recent.note(malformed.reason, of: request.sealed)
            if request.isClaimed {
                try await drop(task, entries.malformed(malformed.facts, malformed.reason))
            } else {
                try await dropUnanswered(task, malformed)
            }
        case .rejected(let answerable, let rejection):
            // Claimed too: a redelivery that has grown stale meanwhile gets the answer that it got before.
            guard try await isNew(task, answerable) else { return }
            try await reject(task, answerable, rejection)
        case .task(let opened):
            let answerable = opened.answerable
            guard try await isNew(task, answerable) else { return }
            guard let refusal else { return try await decide(task, opened, isProven: isProven, place) }
            try await reject(task, answerable, Rejection(refusal, generation: answerable.generation))
        }
    }

    /// Decrypts a request, as soon as the pod's key has time for it.
    ///
    /// - Returns: `nil` if the agent stops meanwhile.
    private func unseal(_ task: ReceivedTask, _ request: SealedRequest) async -> IntakeResult? {
        var delays = RetryDelays(Backoff(cap: .seconds(5)), random: random)
        while true {
            let result = await intake.unseal(request)
            guard case .malformed(let malformed) = result, malformed.reason == .overloaded, task.timeLeft() > .zero
            else {
                return result
            }
            do { try await clock.sleep(for: delays.next()) } catch { return nil }
        }
    }

    /// Notes a request that gets no answer and no entry of its own.
    private func discard(_ task: ReceivedTask, _ reason: DecisionReason, _ facts: TaskFacts) async {
        metrics.discarded.increment()
        let sample = facts.encryptedRequestSHA256 ?? facts.bodySHA256
        if discards.add(task.id, reason, sampleSHA256: sample, at: now()) { await recordDiscards() }
    }

    /// Ends a message that can't be answered: on record, or in a summary if there are too many.
    private func dropUnanswered(_ task: ReceivedTask, _ malformed: MalformedTask) async throws(StoreError) {
        guard recent.mayRecord() else { return await discard(task, malformed.reason, malformed.facts) }
        try await drop(task, entries.malformed(malformed.facts, malformed.reason))
    }

    /// Sends the answer that a request got when it came first.
    private func answerAgain(
        _ task: ReceivedTask,
        _ facts: TaskFacts,
        _ original: InboxID,
        _ isAnswered: Bool
    ) async throws(StoreError) {
        guard recent.mayRecord() else { return await discard(task, .replayedRequest, facts) }
        if isAnswered {
            try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
                _ = try await store.resendReply(for: original)
            }
        }
        try await drop(task, entries.duplicate(facts, of: original))
    }

    /// Claims the task, so that it is never decided a second time. What was claimed before is answered here.
    ///
    /// - Returns: Whether the task is new, and so has to be decided.
    private func isNew(_ task: ReceivedTask, _ answerable: AnswerableTask) async throws(StoreError) -> Bool {
        let claim = try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
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
            try await answerAgain(task, answerable.facts, original, answered)
        case .replayedTask:
            try await reject(task, answerable, Rejection(.replayedTask, generation: answerable.generation))
        case .replayedRequest:
            try await reject(task, answerable, Rejection(.replayedRequest, generation: answerable.generation))
        }
        return false
    }

    private func decide(
        _ task: ReceivedTask,
        _ request: TaskRequest,
        isProven: Bool,
        _ place: TaskLane.Ticket?
    ) async throws(StoreError) {
        let elapsed = clock.stopwatch()
        let answerable = request.answerable
        var evaluation = await evaluate(task, request, place)
        metrics.decisionSeconds.record(duration: elapsed())
        if case .accept(let authorised) = evaluation.decision {
            // Nothing here runs tasks, and the modeller must not wait for what will not come
            // (bitfount-protocol.md, 9.6).
            let acceptance = try encode { () throws(TaskFormatError) in
                [try authorised.acceptance(at: now()), try answerable.abort(Self.noExecutor, at: now())]
            }
            let entry = entries.decided(answerable.facts, evaluation)
            guard let obstacle = try await accept(task, entry, acceptance) else { return }
            evaluation = evaluation.refused(obstacle, generation: answerable.generation)
        }
        guard case .reject(let rejection) = evaluation.decision else { return }
        let refusal = try encode { () throws(TaskFormatError) in [try answerable.answer(to: rejection, at: now())] }
        try await reply(task, entries.decided(answerable.facts, evaluation), refusal, provingTask: isProven)
    }

    /// What a modeller reads after an acceptance.
    private static let noExecutor = "The task was accepted, but this pod has no executor to run it"

    /// Evaluates; where identity has to be proved in an exchange, watches the task's mailbox meanwhile.
    ///
    /// - Parameter place: Its place among the exchanges, which it gives up to others as long as nobody answers.
    private func evaluate(
        _ task: ReceivedTask,
        _ request: TaskRequest,
        _ place: TaskLane.Ticket?
    ) async -> Evaluation {
        let exchanges = admission.exchanges
        let mailbox = WorkerMailbox(
            task: request.answerable,
            messages: messages,
            strays: strays,
            patience: patience,
            clock: clock,
            now: now,
            random: random,
            logger: logger
        ) {
            try await store.beginIdentity(task.id, entry: entries.challenged(request.answerable.facts))
            if let place { await exchanges.setEvictable(place, true) }
        } isHeard: {
            if let place { await exchanges.setEvictable(place, false) }
        }
        guard request.method != .signature else {
            return await evaluator.evaluate(request, exchange: mailbox, within: task.timeLeft())
        }
        let mailboxID = request.answerable.workerMailboxID
        guard watched.begin(mailboxID) else { return evaluator.rejection(of: request, .foreignMailbox) }
        defer { watched.end(mailboxID) }
        return await withTaskGroup(of: Evaluation?.self) { group in
            group.addTask { await evaluator.evaluate(request, exchange: mailbox, within: task.timeLeft()) }
            group.addTask {
                await mailbox.watch()
                return nil
            }
            if let place {
                group.addTask {
                    if await exchanges.evicted(place) { await mailbox.giveWay() }
                    return nil
                }
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

    /// Makes an acceptance durable with its reply and the claim of its task id, then sends the reply.
    ///
    /// - Returns: Why it could not be stored any more; `nil` if it was.
    private func accept(
        _ task: ReceivedTask,
        _ entry: AuditEntry,
        _ reply: SealedReply
    ) async throws(StoreError) -> DecisionReason? {
        var obstacle: DecisionReason?
        let record = try await retries.untilStored(task.message.taskID) {
            () async throws(StoreError) -> DecisionRecord? in
            // Who accepts so late accepts what its modeller has given up.
            obstacle = task.timeLeft() <= .zero ? .deadline : nil
            guard obstacle == nil else { return nil }
            let record = try await store.accept(task.id, entry: entry, reply: reply.stored)
            obstacle = record == nil ? .replayedTask : nil
            return record
        }
        if let record { await announce(record, entry, reply) }
        return obstacle
    }

    /// Makes a refusal durable with its reply, then sends the reply.
    private func reply(
        _ task: ReceivedTask,
        _ entry: AuditEntry,
        _ reply: SealedReply,
        provingTask provesTask: Bool = false
    ) async throws(StoreError) {
        let record = try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
            try await store.decide(task.id, entry: entry, reply: reply.stored, provingTask: provesTask)
        }
        await announce(record, entry, reply)
    }

    private func announce(_ record: DecisionRecord, _ entry: AuditEntry, _ reply: SealedReply) async {
        metrics.countDecision(entry.decision?.rawValue ?? "", reason: entry.reason ?? "")
        if let id = record.reply { await outbox.send(id, reply.messages, decidedAt: now()) }
    }

    /// Ends a message that gets no reply of its own.
    private func drop(_ task: ReceivedTask, _ entry: AuditEntry) async throws(StoreError) {
        try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
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
}
