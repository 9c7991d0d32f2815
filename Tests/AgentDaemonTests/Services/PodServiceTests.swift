// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Logging
import PodSandbox
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon
@testable import Health
@testable import TaskFlow

@Suite("The pod's life", .timeLimit(.minutes(1)))
struct PodServiceTests {
    @Test("The datasets are registered before the message service is told, which is tried until it takes the pod")
    func order() async throws {
        try await PodScene.with { scene in
            scene.messages.refuse(times: 2)
            try await scene.run(scene.podService) {
                await scene.clock.waitForSleepers(1)
                #expect(scene.agent.sandbox.hub.log.requests(method: "POST", path: "/api/pods").count == 1)
                #expect(scene.resources.health.snapshot()[.messageService]?.problem?.contains("does not take") == true)
                #expect(scene.messages.polls == 0)
                scene.clock.advance(by: .seconds(300))
                await scene.clock.waitForSleepers(1)
                scene.clock.advance(by: .seconds(300))
                await scene.messages.waitForPoll()
                #expect(scene.messages.announced.count == 3)
                #expect(scene.messages.announced.last?.name == "hospital-a")
                #expect(scene.messages.announced.last?.datasetNames == ["heart-data"])
                #expect(scene.resources.health.snapshot()[.messageService]?.isWell == true)
            }
        }
    }

    @Test("A Hub that refuses the credentials ends a pod that is alone")
    func refusedAlone() async throws {
        try await PodScene.with { scene in
            scene.agent.sandbox.hub.faults.plan(.status(401), method: "POST", path: "/api/pods", times: nil)
            let failure = await #expect(throws: AgentFailure.self) {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await scene.podService.run() }
                    for _ in 1..<RegistrationService.refusalsBeforeGivingUp {
                        await scene.clock.waitForSleepers(1)
                        scene.clock.advance(by: .seconds(60))
                    }
                    try await tasks.waitForAll()
                }
            }
            #expect(failure?.exitCode == .denied)
            #expect(scene.messages.announced.isEmpty)
        }
    }

    @Test("Beside a FLAME node it goes on asking, and begins when the Hub takes it")
    func refusedBesideFlame() async throws {
        try await PodScene.with(isFlameNode: true) { scene in
            let faults = scene.agent.sandbox.hub.faults
            faults.plan(.status(401), method: "POST", path: "/api/pods", times: nil)
            try await scene.run(scene.podService) {
                for _ in 0..<RegistrationService.refusalsBeforeGivingUp {
                    await scene.clock.waitForSleepers(1)
                    scene.clock.advance(by: .seconds(60))
                }
                await scene.clock.waitForSleepers(1)
                faults.clear()
                scene.clock.advance(by: .seconds(60))
                await scene.messages.waitForPoll()
                #expect(scene.messages.announced.count == 1)
            }
        }
    }

    @Test("It stops gracefully while nobody takes it")
    func stopsBeforeItBegins() async throws {
        try await PodScene.with { scene in
            scene.messages.refuse(times: .max)
            try await scene.run(scene.podService) { await scene.clock.waitForSleepers(1) }
            #expect(scene.messages.polls == 0)
        }
    }

    @Test("A full queue may keep the mailbox waiting for longer than the watchdog's patience")
    func fullQueue() async throws {
        let notes = Mutex(0)
        try await PodScene.with(
            admission: TaskAdmission(.init(active: 1, activePerModeller: 1, queued: 1, queuedPerModeller: 1))
        ) { scene in
            var scene = scene
            let start = ContinuousClock.now
            scene.resources.activity = LoopActivity(now: { [clock = scene.clock] in
                notes.withLock { $0 += 1 }
                return start + clock.now.offset
            })
            let (mailbox, admission) = (try scene.mailbox, scene.admission)
            #expect(await admission.arrive(modeller: "alice") == .admitted)
            guard case .queued(let ticket) = await admission.arrive(modeller: "bob") else { throw FixtureFault() }
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await mailbox.run() }
                while notes.withLock({ $0 }) == 0 { await Task.yield() }
                scene.clock.advance(by: LoopActivity.patience)
                // The note and the wait after it are two steps; the suite's time limit is the failure.
                while !scene.resources.activity.isAlive { await Task.yield() }
                #expect(scene.messages.polls == 0)
                await admission.leave(modeller: "alice")
                #expect(await admission.wait(ticket))
                await scene.messages.waitForPoll()
                #expect(scene.resources.activity.isAlive)
                tasks.cancelAll()
            }
        }
    }
}

/// The parts of a pod against a sandbox, with a scripted message service and a clock that stands still.
private struct PodScene: Sendable {
    let agent: RunningAgent
    var resources: DaemonResources
    let admission: TaskAdmission
    let messages = ScriptedMessages()
    let clock = ManualClock()

    static func with(
        isFlameNode: Bool = false,
        admission: TaskAdmission? = nil,
        _ body: @Sendable (PodScene) async throws -> Void
    ) async throws {
        var settings = AgentSettings()
        settings.isFlameNode = isFlameNode
        try await RunningAgent.prepared(settings) { agent in
            let resources = try await DaemonResources.open(
                agent.configuration,
                environment: [:],
                logger: RunningAgent.quietLogger
            )
            resources.health.succeeded(.audit)
            let scene = PodScene(
                agent: agent,
                resources: resources,
                admission: admission ?? TaskAdmission(agent.configuration.limits.admission)
            )
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(scene))
            } catch {
                outcome = .failure(error)
            }
            await resources.close()
            try outcome.get()
        }
    }

    private var assembly: PodAssembly {
        get throws {
            PodAssembly(
                resources: resources,
                pod: try #require(resources.configuration.pod),
                account: try #require(resources.account),
                key: try RecordedKeys.load().pod,
                instanceID: "6b2a1f8e-0000-4000-8000-000000000003",
                states: DatasetStates(),
                admission: admission,
                tasks: TaskStore(log: resources.log, limits: resources.configuration.taskStoreLimits),
                messages: messages,
                clock: clock
            )
        }
    }

    var podService: PodService {
        get throws {
            let assembly = try assembly
            return assembly.podService(pipeline: try assembly.pipeline(assembly.outbox()))
        }
    }

    var mailbox: MailboxService {
        get throws {
            let assembly = try assembly
            return assembly.mailbox(try assembly.pipeline(assembly.outbox()))
        }
    }

    /// Runs a service for as long as `body` runs, then stops it gracefully.
    func run(_ service: any Service, _ body: @Sendable () async throws -> Void) async throws {
        let group = ServiceGroup(services: [service], logger: RunningAgent.quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// A message service without messages, which refuses the pod as often as it is told.
private final class ScriptedMessages: MessageService {
    private struct State {
        var refusals = 0
        var announced: [PodDescription] = []
        var polls = 0
    }

    private let state = Mutex(State())

    var announced: [PodDescription] { state.withLock { $0.announced } }
    var polls: Int { state.withLock { $0.polls } }

    func refuse(times: Int) { state.withLock { $0.refusals = times } }

    func waitForPoll() async {
        while polls == 0, !Task.isCancelled { await Task.yield() }
    }

    func connect(_ pod: PodDescription) throws(MessageServiceError) {
        let isRefused = state.withLock { state in
            state.announced.append(pod)
            guard state.refusals > 0 else { return false }
            state.refusals -= 1
            return true
        }
        if isRefused { throw MessageServiceError(code: .unavailable, message: "out of order") }
    }

    func nextMessage(in mailbox: Mailbox) -> IncomingMessage? {
        state.withLock { $0.polls += 1 }
        return nil
    }

    func acknowledge(_ receipt: String, mailboxID: String, deletingMailbox: Bool) {}

    func largeObjectStorage(
        for size: Int,
        mailboxID: String,
        taskID: String?
    ) async throws(MessageServiceError) -> LargeObjectTicket {
        LargeObjectTicket(
            uploadURL: "https://storage.test/upload",
            fields: [("key", "\(mailboxID)")],
            downloadURL: "https://storage.test/download"
        )
    }

    func send(_ message: OutgoingMessage) {}
}
