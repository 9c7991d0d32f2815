// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import GRDB
import HTTPTestSupport
import MessagePack
import StateStore
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

/// What a task may cost before anybody has proved who sent it.
@Suite(.timeLimit(.minutes(1))) struct CostlyTaskTests {
    /// A message whose request is at this server.
    private func elsewhere(_ server: LoopbackServer) throws -> IncomingMessage {
        ModellerRequest().message(body: MessagePackEncoder.encode(.string(try server.url("/object").absoluteString)))
    }

    private func scene(
        _ server: LoopbackServer,
        in directory: TemporaryDirectory? = nil,
        evaluate: @escaping ScriptedEvaluator.Script = { _, _, _ in .accepted }
    ) throws -> TaskScene {
        try TaskScene(directory: directory, storage: ["http://127.0.0.1:\(server.port)"], evaluate: evaluate)
    }

    private func storage() async throws -> LoopbackServer {
        let object = Data(try await ModellerRequest().message().body)
        return try LoopbackServer.answering { _ in ScriptedResponse(200, data: object) }
    }

    @Test func aRequestElsewhereIsFetchedAndDecided() async throws {
        let server = try await storage()
        let scene = try scene(server)
        await scene.pipeline.process(try await scene.keep(elsewhere(server)))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted"])
        #expect(server.record.requests.count == 1)
    }

    @Test func whatIsRefusedIsNotFetched() async throws {
        let server = try await storage()
        let scene = try scene(server)
        await scene.pipeline.refuse(try await scene.keep(elsewhere(server)), .tooManyTasks)
        #expect(server.record.requests.isEmpty)
        #expect(try await scene.entries(.taskMalformed).map(\.reason) == ["too-many-tasks"])
        #expect(scene.messages.sent.isEmpty)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    @Test func whatIsOverIsNotFetched() async throws {
        let server = try await storage()
        let scene = try scene(server)
        await scene.pipeline.process(try await scene.keep(elsewhere(server), within: .zero))
        await scene.pipeline.refuse(try await scene.keep(elsewhere(server), within: .zero), .crashDuringIdentity)
        #expect(server.record.requests.isEmpty)
        #expect(try await scene.entries(.taskMalformed).map(\.reason) == ["deadline", "deadline"])
        #expect(scene.messages.sent.isEmpty)
    }

    /// It was the agent's own end, so the modeller is told; one such task had a place each.
    @Test func whoWasBeingAskedWhenTheAgentEndedIsAnswered() async throws {
        let server = try await storage()
        let scene = try scene(server)
        await scene.pipeline.refuse(try await scene.keep(elsewhere(server)), .crashDuringIdentity)
        #expect(server.record.requests.count == 1)
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
    }

    @Test func afterARestartNothingIsFetchedThatIsPastItsTime() async throws {
        let server = try await storage()
        let scene = try scene(server)
        for number in 1...20 {
            var message = try elsewhere(server)
            message.taskID = "task-\(number)"
            _ = try await scene.keep(message)
        }
        scene.environment.advance(milliseconds: 301_000)
        try await scene.whilePolling { try await scene.waitForEntries(.taskMalformed, 20) }
        #expect(server.record.requests.isEmpty)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    @Test func aLongMessageWaitsInTheStoreNotInMemory() async throws {
        let scene = try TaskScene()
        var request = ModellerRequest()
        request.protocolDocument["padding"] = .string(String(repeating: "x", count: 300_000))
        request.generation = .g1
        let task = try await scene.keep(request.message())
        #expect(task.message.body.isEmpty)
        #expect(task.storedBytes ?? 0 > 600_000)
        await scene.pipeline.process(task)
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted"])
    }

    @Test func aLongRequestThatHasToBeProvedTakesItsShareOfTheMemoryAndNoMore() async throws {
        let scene = try TaskScene(bytesInFlight: 400_000) { task, exchange, _ in
            guard task.method != .signature else { return .accepted }
            do throws(IdentityExchangeError) {
                _ = try await exchange.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse)
            } catch {}
            return .identityTimeout
        }
        func request(_ number: Int, _ type: AuthenticationType) -> ModellerRequest {
            var request = ModellerRequest(taskID: "task-\(number)", generation: .g1, authenticationType: type)
            request.protocolDocument["padding"] = .string(String(repeating: "x", count: 100_000))
            request.podMailboxIDs = ["acme/ward": "worker-\(number)"]
            return request
        }
        let first = try await scene.keep(request(1, .oidcDeviceCode).message())
        let waiting = Task { await scene.pipeline.process(first) }
        await scene.messages.wait { $0.sent.map(\.type) == [.oidcChallenge] }
        await scene.pipeline.process(try await scene.keep(request(2, .oidcDeviceCode).message()))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["too-large-now"])
        // Who is proved by a signature waits for no one that isn't.
        await scene.pipeline.process(try await scene.keep(request(3, .keyBased).message()))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["too-large-now", "accepted"])
        waiting.cancel()
        await waiting.value
    }

    // MARK: Crashes

    /// What another agent would find if this one's process ended now.
    private func crash(_ scene: TaskScene) throws -> TemporaryDirectory {
        let next = try TemporaryDirectory()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: scene.directory.file("agent.sqlite").path + suffix,
                toPath: next.file("agent.sqlite").path + suffix
            )
        }
        return next
    }

    /// Never comes to a decision.
    private static let endless: ScriptedEvaluator.Script = { _, _, _ in
        try? await Task.sleep(for: .seconds(3_600))
        return .interrupted
    }

    @Test func aTaskThatWasInWorkAtTwoCrashesIsSetAside() async throws {
        var scene = try TaskScene(evaluate: Self.endless)
        _ = try await scene.keep(ModellerRequest().message())
        for life in 1...2 {
            var next: TemporaryDirectory?
            try await scene.whilePolling {
                while scene.evaluator.timesGiven.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                while try await scene.tasks.attemptsNoted() < life { try await Task.sleep(for: .milliseconds(5)) }
                next = try crash(scene)
            }
            let found: TemporaryDirectory = try #require(next)
            scene = try TaskScene(directory: found, evaluate: Self.endless)
        }
        try await scene.whilePolling { try await scene.waitForEntries(.taskMalformed) }
        let entry = try #require(try await scene.entries(.taskMalformed).first)
        #expect(entry.reason == "repeated-crash")
        #expect(entry.decision == .reject)
        #expect(entry.task == "task-1")
        #expect(scene.evaluator.timesGiven.isEmpty)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
        #expect(try await scene.tasks.attemptsNoted() == 0)
        let findings = try await SampleLog.verify(scene.directory.file("agent.sqlite").path).findings
        #expect(findings == [])
    }

    @Test func aTaskThatOnlyWaitedWasNotInWork() async throws {
        let places = TaskAdmission.Limits(active: 1, activePerModeller: 1, queued: 8, queuedPerModeller: 8)
        let scene = try TaskScene(admission: places, evaluate: Self.endless)
        for number in 1...2 { _ = try await scene.keep(ModellerRequest(taskID: "task-\(number)").message()) }
        var next: TemporaryDirectory?
        try await scene.whilePolling {
            while scene.evaluator.timesGiven.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            while await scene.admission.decisions.waiting == 0 { try await Task.sleep(for: .milliseconds(5)) }
            while try await scene.tasks.attemptsNoted() != 1 { try await Task.sleep(for: .milliseconds(5)) }
            next = try crash(scene)
        }
        let found: TemporaryDirectory = try #require(next)
        let later = try TaskScene(directory: found)
        #expect(try await later.tasks.unfinishedInbox().map(\.attempts).sorted() == [0, 1])
    }

    @Test func whoIsStoppedDidNotCrash() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        try await scene.breakTable("outbox")
        for _ in 1...3 {
            let processing = Task { await scene.pipeline.process(task) }
            await scene.clock.waitForSleepers(1)
            processing.cancel()
            await processing.value
        }
        #expect(try await scene.tasks.unfinishedInbox().map(\.attempts) == [0])
    }
}

extension TaskStore {
    /// How often work on any message has begun without end.
    fileprivate func attemptsNoted() async throws -> Int {
        try await log.store.read("attempts were being counted") { db in
            try Int.fetchOne(db, sql: "SELECT ifnull(sum(begun), 0) FROM attempt") ?? 0
        }
    }
}
