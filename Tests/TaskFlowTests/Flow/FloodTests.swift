// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography
import Foundation
import GRDB
import MessagePack
import StateStore
import Synchronization
import TaskTestSupport
import TestSupport
import Testing
import Timekeeping

@testable import StateTestSupport
@testable import TaskFlow

/// What people who prove nothing can take from those who do.
@Suite(.timeLimit(.minutes(2))) struct FloodTests {
    // MARK: Waiting for a person (H4)

    /// A modeller who is asked and never answers.
    private static let silence: ScriptedEvaluator.Script = { task, exchange, _ in
        guard task.method != .signature else { return .accepted }
        do throws(IdentityExchangeError) {
            _ = try await exchange.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse)
            return .accepted
        } catch {
            return error.code == .timedOut ? .identityTimeout : .interrupted
        }
    }

    @Test func forgedExchangesInOnesNameHoldUpNoSignedRequestOfHers() async throws {
        let scene = try TaskScene(
            admission: .init(active: 4, activePerModeller: 4, queued: 8, queuedPerModeller: 4),
            evaluate: Self.silence
        )
        for number in 1...8 {
            scene.messages.put(try await request("forged-\(number)", type: .oidcDeviceCode))
        }
        try await scene.whilePolling {
            await scene.messages.wait { $0.sent.count { $0.type == .oidcChallenge } == 8 }
            #expect(await scene.admission.decisions.active == 0)
            scene.messages.put(try await request("genuine"))
            try await letTimePass(scene) {
                scene.messages.sent.contains { $0.type == .jobAccept && $0.taskID == "genuine" }
            }
            #expect(scene.clock.now.offset < .seconds(10))
        }
    }

    @Test func anExchangeWithoutASignOfLifeEndsSoon() async throws {
        let scene = try TaskScene(evaluate: Self.silence)
        let task = try await scene.keep(try await request("forged", type: .oidcDeviceCode))
        async let processed: Void = scene.pipeline.process(task)
        await scene.messages.wait { $0.sent.count == 1 }
        for second in 1...30 {
            await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(second))
            scene.clock.advance(by: .seconds(1))
        }
        await processed
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["identity-timeout"])
    }

    @Test func underPressureAnExchangeWithoutASignOfLifeGoesFirst() async throws {
        var limits = TaskAdmission.Limits(active: 1, activePerModeller: 1, queued: 8, queuedPerModeller: 4)
        limits.exchanges = 2
        let scene = try TaskScene(admission: limits, evaluate: Self.silence)
        let alive = try await request("alive", type: .oidcDeviceCode)
        scene.messages.put(alive)
        try await scene.whilePolling {
            await scene.messages.wait { $0.sent.count { $0.type == .oidcChallenge } == 1 }
            scene.messages.put(try await ModellerRequest.answer(.logMessage, to: alive), in: .named("worker-alive"))
            scene.messages.put(try await request("silent", type: .oidcDeviceCode))
            // Both requests, and what came of the first one's modeller.
            try await letTimePass(scene) {
                scene.messages.now.acknowledgements.count == 3
                    && scene.messages.sent.count { $0.type == .oidcChallenge } == 2
            }
            scene.messages.put(try await request("newcomer", type: .oidcDeviceCode))
            try await letTimePass(scene) { scene.messages.sent.count { $0.type == .oidcChallenge } == 3 }
            try await scene.waitForEntries(.accessDecision)
            let decisions = try await scene.entries(.accessDecision)
            #expect(decisions.map(\.task) == ["silent"])
            #expect(decisions.map(\.reason) == ["identity-timeout"])
            #expect(scene.clock.now.offset < .seconds(30))
        }
    }

    // MARK: Forged signatures (L5)

    @Test func aForgedSignatureIsRefusedWithoutTheAccessManager() async throws {
        let scene = try TaskScene()
        await scene.pipeline.process(try await scene.keep(try await forged("forged")))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["forged-signature"])
        #expect(try await scene.entries(.accessDecision).map(\.by) == [.failClosed])
        #expect(scene.evaluator.timesGiven.isEmpty)
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
    }

    @Test func aSignatureThatCantBeCheckedHereIsTheAccessManagersToCheck() async throws {
        let scene = try TaskScene(keys: ScriptedKeys(of: [])) { _, _, _ in .accessManagerInvalidProof }
        await scene.pipeline.process(try await scene.keep(try await forged("forged")))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["access-manager-invalid-proof"])
    }

    @Test func aFloodOfForgeriesIsToldOfInASummaryAndKeepsNothing() async throws {
        let opened = Mutex(0)
        let intake = TaskIntake(wallClock: { ModellerRequest.sentAt }) { outer throws(TaskFormatError) in
            opened.withLock { $0 += 1 }
            do {
                return try await TaskRequestCodec().decrypt(outer, with: TestKeys.pod.get())
            } catch {
                throw TaskFormatError(.undecryptable, in: .innerRequest, underlying: error)
            }
        }
        let scene = try TaskScene(intake: intake)
        let answered = TaskAdmission.refusalRate.burst
        var tasks: [ReceivedTask] = []
        for number in 0..<answered + 100 {
            tasks.append(try await scene.keep(try await forged("forged-\(number)", sender: "name-\(number % 7)")))
        }
        for task in tasks { await scene.pipeline.process(task) }
        await scene.pipeline.recordDiscards()
        #expect(opened.withLock { $0 } == answered)
        #expect(scene.evaluator.timesGiven.isEmpty)
        #expect(try await scene.entries(.accessDecision).count == answered)
        let summaries = try await scene.entries(.taskMalformed)
        let summary = try #require(summaries.first)
        #expect(summaries.count == 1)
        #expect(summary.reason == "forged-signature")
        #expect(summary.decision == .reject)
        let moment = ISO8601.text(scene.environment.now)
        #expect(summary.reference == "discarded:100 from:\(moment) to:\(moment)")
        #expect(summary.requestSHA256?.count == 64)
        #expect(try await rows("inbox", scene) == answered)
        #expect(try await rows("task", scene) == answered)
        try await scene.state.close()
        let report = try await SampleLog.verify(scene.directory.file("agent.sqlite").path)
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    @Test func whatWasDiscardedAndNotYetRecordedIsStillThereAfterACrash() async throws {
        let scene = try TaskScene()
        for number in 0...TaskAdmission.refusalRate.burst {
            await scene.pipeline.process(try await scene.keep(try await forged("forged-\(number)")))
        }
        #expect(try await scene.entries(.taskMalformed).isEmpty)
        #expect(try await scene.tasks.unfinishedInbox().count == 1)
        // A summary that can't be stored is stored later.
        try await scene.breakTable("inbox")
        await scene.pipeline.recordDiscards()
        try await scene.mendTable("inbox")
        #expect(try await scene.entries(.taskMalformed).isEmpty)
        await scene.pipeline.recordDiscards()
        #expect(try await scene.entries(.taskMalformed).count == 1)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    @Test func aSignedRequestIsAnsweredWhateverWasForgedInItsName() async throws {
        let scene = try TaskScene()
        for number in 0...TaskAdmission.refusalRate.burst + 20 {
            await scene.pipeline.process(try await scene.keep(try await forged("forged-\(number)")))
        }
        await scene.pipeline.process(try await scene.keep(try await request("genuine")))
        #expect(scene.messages.sent.contains { $0.type == .jobAccept && $0.taskID == "genuine" })
    }

    @Test func staleAndReplayedRequestsCostNoDecryptionInAFlood() async throws {
        let opened = Mutex(0)
        let intake = TaskIntake(wallClock: { ModellerRequest.sentAt + 301 }) { _ throws(TaskFormatError) in
            opened.withLock { $0 += 1 }
            throw TaskFormatError(.undecryptable, in: .innerRequest)
        }
        // Nobody's key is known, so nobody is proven.
        let scene = try TaskScene(keys: ScriptedKeys(of: []), intake: intake)
        let limit = TaskAdmission.refusalRate.burst
        for number in 0..<limit + 50 {
            await scene.pipeline.process(try await scene.keep(try await request("stale-\(number)")))
        }
        #expect(opened.withLock { $0 } == limit)
        await scene.pipeline.recordDiscards()
        let summaries = try await scene.entries(.taskMalformed).filter { $0.reference != nil }
        #expect(summaries.map(\.reason) == ["stale-request"])
        #expect(scene.evaluator.timesGiven.isEmpty)
    }

    @Test func aRequestThatTheKeyDidNotOpenIsNotTriedAgain() async throws {
        let opened = Mutex(0)
        let intake = TaskIntake(wallClock: { ModellerRequest.sentAt }) { _ throws(TaskFormatError) in
            opened.withLock { $0 += 1 }
            throw TaskFormatError(.undecryptable, in: .innerRequest)
        }
        let scene = try TaskScene(intake: intake)
        var message = try await request("first")
        for number in 0..<5 {
            message.taskID = "task-\(number)"
            await scene.pipeline.process(try await scene.keep(message))
        }
        #expect(opened.withLock { $0 } == 1)
        #expect(
            try await scene.entries(.taskMalformed).map(\.reason)
                == Array(repeating: "undecryptable-request", count: 5)
        )
    }

    @Test func malformedMessagesGetEntriesOfTheirOwnOnlyUpToALimit() async throws {
        let scene = try TaskScene()
        let limit = RecentRequests.entryRate.burst
        for number in 0..<limit + 30 {
            let message = ModellerRequest(taskID: "task-\(number)").message(body: [0xC1, UInt8(number % 256)])
            await scene.pipeline.process(try await scene.keep(message))
        }
        await scene.pipeline.recordDiscards()
        let entries = try await scene.entries(.taskMalformed)
        #expect(entries.count == limit + 1)
        #expect(entries.last?.reference?.hasPrefix("discarded:30 ") == true)
        #expect(try await rows("inbox", scene) == limit)
    }

    @Test func aKeyIsAskedForOnlyWhereThereIsASignatureToCheck() async throws {
        let keys = ScriptedKeys()
        let scene = try TaskScene(keys: keys) { _, _, _ in .identityTimeout }
        await scene.pipeline.process(try await scene.keep(try await request("a", type: .oidcDeviceCode)))
        var nameless = ModellerRequest(taskID: "b")
        nameless.keyID = nil
        await scene.pipeline.process(try await scene.keep(nameless.message()))
        var elsewhere = ModellerRequest(taskID: "c")
        elsewhere.keyID = "../../pods"
        await scene.pipeline.process(try await scene.keep(elsewhere.message()))
        #expect(keys.asked.isEmpty)
        await scene.pipeline.process(try await scene.keep(try await request("d")))
        #expect(keys.asked.map(\.modeller) == ["alice"])
    }

    // MARK: The pod's key is busy (L6)

    @Test func aRequestWaitsWhileThePodsKeyIsBusy() async throws {
        let tries = Mutex(0)
        let intake = TaskIntake(wallClock: { ModellerRequest.sentAt }) { outer throws(TaskFormatError) in
            let isBusy = tries.withLock { tries in
                tries += 1
                return tries < 3
            }
            do {
                if isBusy { throw CryptographyError(code: .busy, message: "scripted") }
                return try await TaskRequestCodec().decrypt(outer, with: TestKeys.pod.get())
            } catch {
                throw TaskFormatError(.undecryptable, in: .innerRequest, underlying: error)
            }
        }
        let scene = try TaskScene(intake: intake)
        let task = try await scene.keep(try await request("task"))
        async let processed: Void = scene.pipeline.process(task)
        for _ in 0..<2 {
            await scene.clock.waitForSleepers(1)
            scene.clock.advance(by: .seconds(5))
        }
        await processed
        #expect(scene.messages.sent.map(\.type) == [.jobAccept, .taskAbort])
    }

    @Test func aRequestThatTheKeyHadNoTimeForIsRefusedForThatReason() async throws {
        let intake = TaskIntake(wallClock: { ModellerRequest.sentAt }) { _ throws(TaskFormatError) in
            let busy = CryptographyError(code: .busy, message: "scripted")
            throw TaskFormatError(.undecryptable, in: .innerRequest, underlying: busy)
        }
        let scene = try TaskScene(intake: intake)
        let task = try await scene.keep(try await request("task"), within: .seconds(20))
        async let processed: Void = scene.pipeline.process(task)
        while try await scene.entries().isEmpty {
            await scene.clock.waitForSleepers(1)
            scene.clock.advance(by: .seconds(5))
            if scene.clock.now.offset >= .seconds(20) { break }
        }
        await processed
        #expect(try await scene.entries(.taskMalformed).map(\.reason) == ["overloaded"])
    }

    // MARK: The key was taken over (L8)

    @Test func aSignedRequestFromBeforeTheTakeOverIsRefused() async throws {
        let takeOver = ModellerRequest.sentAt + 1
        let intake = TaskIntake(
            podKey: try TestKeys.pod.get(),
            signedAfter: takeOver,
            wallClock: { ModellerRequest.sentAt + 2 }
        )
        let scene = try TaskScene(intake: intake)
        await scene.pipeline.process(try await scene.keep(try await request("captured")))
        var later = ModellerRequest(taskID: "later")
        later.timestamp = "2025-06-01T12:00:01Z"
        await scene.pipeline.process(try await scene.keep(later.message()))
        // Whoever has to prove themselves anew can't be captured.
        await scene.pipeline.process(try await scene.keep(try await request("asked", type: .oidcDeviceCode)))
        #expect(
            try await scene.entries(.accessDecision).map(\.reason)
                == ["signed-before-take-over", "accepted", "accepted"]
        )
    }

    /// Moves the clock on in small steps, ten times as fast as the world's.
    private func letTimePass(_ scene: TaskScene, until isOver: () -> Bool) async throws {
        while !isOver() {
            scene.clock.advance(by: .milliseconds(20))
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    // MARK: Requests

    private func request(
        _ task: String,
        type: AuthenticationType = .keyBased,
        sender: String = "alice"
    ) async throws -> IncomingMessage {
        var request = ModellerRequest(sender: sender, taskID: task)
        request.authenticationType = type
        request.podMailboxIDs = ["acme/ward": "worker-\(task)"]
        var message = try await request.message()
        message.receiptHandle = "receipt-\(task)"
        return message
    }

    /// A request whose signature is not its sender's.
    private func forged(_ task: String, sender: String = "alice") async throws -> IncomingMessage {
        var request = ModellerRequest(sender: sender, taskID: task)
        request.signingKey = TestKeys.other
        return try await request.message()
    }

    private func rows(_ table: String, _ scene: TaskScene) async throws -> Int? {
        try await scene.tasks.log.store.read("rows were being counted") { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
        }
    }
}
