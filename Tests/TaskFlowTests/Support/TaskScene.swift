// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography
import Foundation
import GRDB
import HTTPTransport
import Health
import Logging
import Metrics
import StateStore
import Synchronization
import TestSupport
import Timekeeping

@testable import StateTestSupport
@testable import TaskFlow

/// The whole way of tasks over a store of its own, between a message service in memory and a scripted evaluator, on clocks
/// that stand still.
final class TaskScene: Sendable {
    let directory: TemporaryDirectory
    let environment = TestEnvironment()
    let clock = ManualClock()
    let state: AgentStore
    let messages: ScriptedMessages
    let evaluator: ScriptedEvaluator
    let health: AgentHealth
    let outbox: ReplyOutbox
    let pipeline: TaskPipeline
    let admission: TaskAdmission
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    var tasks: TaskStore { state.tasks }

    init(
        directory: TemporaryDirectory? = nil,
        messages: ScriptedMessages = ScriptedMessages(),
        limits: TaskStoreLimits = TaskStoreLimits(),
        admission: TaskAdmission.Limits = .init(active: 4, activePerModeller: 4, queued: 8, queuedPerModeller: 4),
        expiry: Duration = .seconds(3_600),
        evaluate: @escaping ScriptedEvaluator.Script = { _, _, _ in .accepted }
    ) throws {
        let environment = environment
        self.directory = try directory ?? TemporaryDirectory()
        self.messages = messages
        state = try AgentStore(
            path: self.directory.file("agent.sqlite").path,
            taskLimits: limits,
            environment: environment.environment
        )
        evaluator = ScriptedEvaluator(evaluate)
        health = AgentHealth(now: { environment.now })
        self.admission = TaskAdmission(admission)
        let entries = TaskEntries(pod: "acme/hospital", agent: "pod-agent/test")
        let metrics = TaskMetrics(NOOPMetricsHandler.instance)
        outbox = ReplyOutbox(
            store: state.tasks,
            messages: messages,
            entries: entries,
            metrics: metrics,
            policy: .init(expiry: expiry),
            health: health,
            activity: LoopActivity(),
            clock: clock,
            now: { environment.now },
            random: { 1 },
            logger: logger
        )
        pipeline = TaskPipeline(
            bodies: RequestBodyFetcher(
                policy: try LargeObjectPolicy(allowed: LargeObjectPolicy.bitfountHosts),
                http: HTTPClient(),
                maximumBytes: 1 << 20
            ),
            intake: TaskIntake(podKey: try TestKeys.pod.get(), wallClock: { ModellerRequest.sentAt }),
            evaluator: evaluator,
            store: state.tasks,
            messages: messages,
            outbox: outbox,
            entries: entries,
            metrics: metrics,
            patience: IdentityPatience(silence: .seconds(60), grace: .seconds(30)),
            pod: { ModellerRequest.pod },
            clock: clock,
            now: { environment.now },
            random: { 1 },
            logger: logger
        )
    }

    /// A mailbox service of this scene.
    func mailboxService(_ mailbox: Mailbox = .named("hospital")) -> MailboxService {
        let environment = environment
        return MailboxService(
            mailbox: mailbox,
            podName: "hospital",
            messages: messages,
            store: tasks,
            pipeline: pipeline,
            admission: admission,
            entries: TaskEntries(pod: "acme/hospital", agent: "pod-agent/test"),
            health: health,
            metrics: TaskMetrics(NOOPMetricsHandler.instance),
            activity: LoopActivity(),
            deadline: .seconds(300),
            clock: clock,
            now: { environment.now },
            random: { 1 },
            logger: logger
        )
    }

    /// Runs the mailbox service while `body` runs.
    func whilePolling(
        _ mailbox: Mailbox = .named("hospital"),
        _ body: () async throws -> Void
    ) async throws {
        let service = mailboxService(mailbox)
        // Unstructured, so that a test that fails does not wait for it.
        let running = Task { await service.run() }
        defer { running.cancel() }
        try await body()
        running.cancel()
        await running.value
    }

    /// Runs the outbox while `body` runs.
    func whileSending(_ body: () async throws -> Void) async throws {
        let outbox = outbox
        let running = Task { try await outbox.run() }
        defer { running.cancel() }
        try await body()
        running.cancel()
        try await running.value
    }

    /// Keeps a message, as if it came from the mailbox.
    func keep(_ message: IncomingMessage, within time: Duration = .seconds(300)) async throws -> ReceivedTask {
        let receipt = try await tasks.receive(StoredMessage(keeping: message))
        let elapsed = clock.stopwatch()
        return ReceivedTask(id: receipt.id, message: message, timeLeft: { time - elapsed() })
    }

    // MARK: What the store holds

    func entries(_ types: AuditEntryType...) async throws -> [AuditEntry] {
        let all = try await state.entries().collected().map(\.entry)
        return types.isEmpty ? all : all.filter { types.contains($0.type) }
    }

    var entryTypes: [AuditEntryType] {
        get async throws { try await entries().map(\.type) }
    }

    /// Waits until the log has so many entries of a type.
    func waitForEntries(_ type: AuditEntryType, _ count: Int = 1) async throws {
        while try await entries(type).count < count { try await Task.sleep(for: .milliseconds(5)) }
    }

    // MARK: Faults

    /// Takes a table away, so that every write to it fails as the storage does.
    func breakTable(_ name: String) async throws {
        try await tasks.log.store.write { try $0.execute(sql: "ALTER TABLE \(name) RENAME TO \(name)_away") }
    }

    func mendTable(_ name: String) async throws {
        try await tasks.log.store.write { try $0.execute(sql: "ALTER TABLE \(name)_away RENAME TO \(name)") }
    }

    /// Changes rows as damage would: past the triggers.
    func damage(_ sql: String) async throws {
        try await tasks.log.store.write { db in try SampleLog.withoutTriggers(db) { try db.execute(sql: sql) } }
    }
}

/// An evaluator whose decisions a test makes.
final class ScriptedEvaluator: TaskEvaluator {
    typealias Script = @Sendable (TaskRequest, any IdentityExchange, Duration) async -> DecisionReason

    private let script: Script
    private let times = Mutex<[Duration]>([])

    init(_ script: @escaping Script) {
        self.script = script
    }

    /// The time that each evaluation was given.
    var timesGiven: [Duration] { times.withLock { $0 } }

    func evaluate(_ task: TaskRequest, exchange: any IdentityExchange, within time: Duration) async -> Evaluation {
        times.withLock { $0.append(time) }
        let reason = await script(task, exchange, time)
        return evaluation(of: task, reason)
    }

    func rejection(of task: TaskRequest, _ reason: DecisionReason) -> Evaluation { evaluation(of: task, reason) }

    private func evaluation(of task: TaskRequest, _ reason: DecisionReason) -> Evaluation {
        Evaluation(
            decision: reason == .accepted
                ? .accept(AuthorisedTask(request: task, limits: []))
                : .reject(Rejection(reason, generation: task.answerable.generation)),
            method: task.method,
            policy: PolicyFinding(policySHA256: "00", rule: "secure-aggregation", result: .notApplicable),
            accessManager: nil
        )
    }
}
