// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
package import BitfountTasks
package import Foundation
package import Logging
import MessagePack
import Metrics
import ServiceLifecycle
import StateStore
import Synchronization
import Timekeeping

/// Starts runners, gives them accepted tasks, and sees each to its end, on record.
///
/// It owns everything that runs for a task: a runner that was started ends with the service, whatever it does.
package final class HandoffService: Service {
    private typealias Job = @Sendable () async -> Void

    let parts: HandoffParts
    private let settings: HandoffSettings
    private let places: TaskAdmission
    private let jobs: AsyncStream<Job>
    private let submit: AsyncStream<Job>.Continuation
    private let active = Mutex<[InboxID: RunnerConversation]>([:])

    /// The part of a task's time that is left for its decision and reply.
    static let decisionReserve: Duration = .seconds(30)

    package init(_ settings: HandoffSettings, _ parts: HandoffParts) {
        self.settings = settings
        self.parts = parts
        places = TaskAdmission(
            .init(
                active: settings.concurrentTasks,
                activePerModeller: settings.concurrentTasks,
                queued: .max,
                queuedPerModeller: .max
            )
        )
        (jobs, submit) = AsyncStream<Job>.makeStream()
    }

    /// Ends what an earlier life left unfinished, then runs tasks until the agent stops; those that run then have
    /// ``HandoffSettings/shutdownGrace`` to end.
    package func run() async throws {
        await endInterruptedRuns()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await job in jobs { group.addTask { await job() } }
            }
        } onGracefulShutdown: { [self] in
            let conversations = active.withLock { Array($0.values) }
            let cancellation: Job = { [settings] in
                for conversation in conversations {
                    await conversation.cancel(.agentStopped, .shutdown, grace: settings.shutdownGrace)
                }
            }
            submit.yield(cancellation)
            submit.finish()
        }
    }

    // MARK: Before a task is accepted

    /// Gets a runner ready for a task that was allowed: the last thing before the task is accepted.
    ///
    /// - Parameter time: How long there is until the task has to be answered.
    func prepare(
        _ task: AuthorisedTask,
        within time: Duration
    ) async -> Result<PreparedRun, HandoffRefusal> {
        do throws(HandoffRefusal) {
            return .success(try await prepared(task, within: time))
        } catch {
            return .failure(error)
        }
    }

    private func prepared(_ task: AuthorisedTask, within time: Duration) async throws(HandoffRefusal) -> PreparedRun {
        let (request, elapsed) = (task.request, parts.clock.stopwatch())
        let (document, generation) = (request.protocolDocument, request.answerable.generation)
        guard settings.allowed.allows(document) else { throw HandoffRefusal(.algorithmNotAllowed) }
        // Models are code of the modeller's; nothing here fetches them yet.
        guard !request.inner.namesModel else { throw HandoffRefusal(.modelUnavailable) }
        let dataset = request.podIdentifier.name
        guard let command = settings.command(for: dataset, generation), let data = settings.datasets[dataset] else {
            throw HandoffRefusal(.runnerUnavailable)
        }
        let modeller = request.answerable.modeller
        guard await takePlace(modeller, within: time - Self.decisionReserve) else { throw HandoffRefusal(.handoffBusy) }
        var rules = settings.rules
        rules.generation = generation
        rules.start = min(rules.start, max(.zero, time - elapsed() - Self.decisionReserve / 3))
        let conversation: RunnerConversation
        do {
            let process = try RunnerProcess(command, maximumBodyBytes: settings.messageBytes, logger: parts.logger)
            conversation = RunnerConversation(process, rules: rules, clock: parts.clock)
        } catch {
            parts.logger.error("a runner can't be started: \(error)", metadata: ["command": "\(command.first ?? "")"])
            await places.leave(modeller: modeller)
            throw HandoffRefusal(.runnerUnavailable)
        }
        let isTaken = submitJob { [places] in
            await conversation.run()
            await places.leave(modeller: modeller)
        }
        guard isTaken else {
            await places.leave(modeller: modeller)
            throw HandoffRefusal(.interrupted)
        }
        do throws(HandoffRefusal) {
            let ready = try await waitUntilReady(conversation)
            try check(ready, for: document, generation)
            parts.metrics.startSeconds.record(duration: elapsed())
            return try PreparedRun(
                service: self,
                task: task,
                conversation: conversation,
                ready: ready,
                dataset: data.document,
                rules: rules
            )
        } catch {
            await conversation.cancel(.agentStopped, .shutdown, grace: .zero)
            throw error
        }
    }

    /// - Returns: `false` if no place was free in time.
    private func takePlace(_ modeller: String, within time: Duration) async -> Bool {
        switch await places.arrive(modeller: modeller) {
        case .admitted: return true
        case .refused: return false
        case .queued(let ticket):
            return await withTaskGroup(of: Bool.self) { group in
                group.addTask { [places] in await places.wait(ticket) }
                group.addTask { [clock = parts.clock] in
                    // Cancelled means that the place came, or that nobody waits any more.
                    try? await clock.sleep(for: max(.zero, time))
                    return false
                }
                if await group.next() == true {
                    group.cancelAll()
                    return true
                }
                group.cancelAll()
                // The place may have come just before the time was over.
                return await group.next() ?? false
            }
        }
    }

    private func waitUntilReady(_ conversation: RunnerConversation) async throws(HandoffRefusal) -> RunnerReady {
        for await event in conversation.events {
            switch event {
            case .ready(let ready): return ready
            case .finished(let end):
                parts.logger.error("a runner did not become ready: \(end.reason?.rawValue ?? "")")
                throw HandoffRefusal(.runnerUnavailable)
            case .relay: continue
            }
        }
        throw HandoffRefusal(.interrupted)
    }

    private func check(
        _ ready: RunnerReady,
        for document: ProtocolDocument,
        _ generation: Generation
    ) throws(HandoffRefusal) {
        guard ready.generations.contains(generation), ready.protocols.contains(document.protocolName),
            document.algorithmNames.isSubset(of: ready.algorithms)
        else { throw HandoffRefusal(.algorithmUnknownToRunner) }
        let shortcomings = ready.confinement.shortcomings.filter { !settings.allowUnconfined.contains($0.rawValue) }
        guard shortcomings.isEmpty else {
            parts.logger.error(
                "a runner is not confined; see docs/runners.md",
                metadata: ["lacking": "\(shortcomings.map(\.rawValue).sorted().joined(separator: ", "))"]
            )
            throw HandoffRefusal(.runnerNotConfined)
        }
    }

    // MARK: Running

    /// Runs a task whose acceptance is durable.
    func begin(_ run: TaskRun) {
        active.withLock { $0[run.id] = run.conversation }
        let isTaken = submitJob { [self] in
            parts.metrics.running.increment()
            await run.perform()
            parts.metrics.running.decrement()
            active.withLock { _ = $0.removeValue(forKey: run.id) }
        }
        // The agent is stopping: the next start ends the task, and its modeller hears of it then.
        if !isTaken { active.withLock { _ = $0.removeValue(forKey: run.id) } }
    }

    private func submitJob(_ job: @escaping Job) -> Bool {
        if case .enqueued = submit.yield(job) { true } else { false }
    }

    /// Whatever was accepted and had not ended when the agent did is not begun again: its modeller is told so.
    private func endInterruptedRuns() async {
        let retries = parts.retries
        do {
            let runs = try await retries.untilStored(nil) { () async throws(StoreError) in
                try await parts.store.interruptedRuns()
            }
            for run in runs {
                parts.logger.notice("a task was running when the agent ended", metadata: ["task": "\(run.task ?? "")"])
                _ = try await retries.untilStored(run.task) { () async throws(StoreError) in
                    try await parts.store.finishRun(run.id, entry: parts.entries.interrupted(run), abort: run.abort)
                }
                parts.metrics.countTask(.failed)
            }
        } catch {
            parts.logger.error("tasks that were running when the agent ended are not recorded as ended: \(error)")
        }
    }
}

/// What the hand-off works with.
package struct HandoffParts: Sendable {
    let store: TaskStore
    let messages: any MessageService
    let outbox: ReplyOutbox
    let bodies: RequestBodyFetcher
    let uploads: @Sendable (LargeObjectTicket, [UInt8]) async throws -> Void
    let entries: TaskEntries
    let metrics: HandoffMetrics
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let random: @Sendable () -> Double
    let logger: Logger

    /// - Parameters:
    ///   - bodies: Fetches what a modeller sends through the storage.
    ///   - uploads: Puts bytes where a ticket says.
    ///   - random: A number from 0 up to but not including 1, which spreads repeated calls over time.
    package init(
        store: TaskStore,
        messages: any MessageService,
        outbox: ReplyOutbox,
        bodies: RequestBodyFetcher,
        uploads: @escaping @Sendable (LargeObjectTicket, [UInt8]) async throws -> Void,
        entries: TaskEntries,
        metrics: HandoffMetrics,
        clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.store = store
        self.messages = messages
        self.outbox = outbox
        self.bodies = bodies
        self.uploads = uploads
        self.entries = entries
        self.metrics = metrics
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
    }

    var retries: StoreRetries { StoreRetries(clock: clock, random: random, logger: logger) }
}

extension InnerRequest {
    /// Whether an algorithm comes with a model, which is code of its own.
    fileprivate var namesModel: Bool {
        let algorithms: [MessagePackValue] =
            switch protocolDocument["algorithm"] {
            case .array(let values)?: values
            case let value?: [value]
            case nil: []
            }
        return algorithms.contains { algorithm in
            guard let model = algorithm.mapValue?["model"] else { return false }
            return !model.isNull
        }
    }
}
