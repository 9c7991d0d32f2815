// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import MessagePack
import StateStore
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

@Suite struct TaskPipelineTests {
    @Test func anAcceptedTaskIsClaimedDecidedAndAnswered() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        await scene.pipeline.process(task)
        #expect(scene.messages.sent.map(\.type) == [.jobAccept, .taskAbort])
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        let decision = try #require(try await scene.entries(.accessDecision).first)
        #expect(decision.decision == .accept)
        #expect(decision.by == .accessManager)
        #expect(decision.method == .signature)
        #expect(decision.reference?.hasPrefix("reply sha256:") == true)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
        #expect(try await scene.tasks.pendingReplies().isEmpty)
    }

    @Test func aRejectedTaskIsAnswered() async throws {
        let scene = try TaskScene { _, _, _ in .accessManagerNoAccess }
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["access-manager-no-access"])
    }

    @Test func aRequestThatIsRefusedUnreadIsClaimedToo() async throws {
        let scene = try TaskScene()
        let message = try await ModellerRequest(podIdentifiers: ["acme/clinic"]).message()
        await scene.pipeline.process(try await scene.keep(message))
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["pod-not-named"])
        #expect(scene.evaluator.timesGiven.isEmpty)
    }

    @Test func whatCantBeAnsweredIsDropped() async throws {
        let scene = try TaskScene()
        let message = ModellerRequest().message(body: [0xC1])
        await scene.pipeline.process(try await scene.keep(message))
        #expect(try await scene.entryTypes == [.taskMalformed])
        #expect(scene.messages.sent.isEmpty)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    // MARK: A store that fails

    @Test func aDecisionThatCouldNotBeStoredIsStoredLater() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        try await scene.breakTable("outbox")
        async let processed: Void = scene.pipeline.process(task)
        await scene.clock.waitForSleepers(1)
        #expect(try await scene.entries(.accessDecision).isEmpty)
        // Again in vain, and after a longer pause.
        scene.clock.advance(by: .seconds(1))
        await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(3))
        #expect(scene.messages.sent.isEmpty)
        try await scene.mendTable("outbox")
        scene.clock.advance(by: .seconds(2))
        await processed
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        #expect(scene.messages.sent.map(\.type) == [.jobAccept, .taskAbort])
        #expect(scene.evaluator.timesGiven.count == 1)
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    @Test func anAcceptanceThatCouldOnlyBeStoredTooLateIsARefusal() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message(), within: .seconds(100))
        try await scene.breakTable("outbox")
        async let processed: Void = scene.pipeline.process(task)
        await scene.clock.waitForSleepers(1)
        try await scene.mendTable("outbox")
        scene.clock.advance(by: .seconds(100))
        await processed
        let decisions = try await scene.entries(.accessDecision)
        #expect(decisions.map(\.reason) == ["deadline"])
        #expect(decisions.map(\.decision) == [.reject])
        #expect(decisions.map(\.by) == [.failClosed])
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
    }

    @Test func aRefusalIsStoredAlsoAfterTheDeadline() async throws {
        let scene = try TaskScene { _, _, _ in .accessManagerNoAccess }
        let task = try await scene.keep(ModellerRequest().message(), within: .seconds(10))
        try await scene.breakTable("outbox")
        async let processed: Void = scene.pipeline.process(task)
        await scene.clock.waitForSleepers(1)
        scene.clock.advance(by: .seconds(1_000))
        await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(1_002))
        try await scene.mendTable("outbox")
        scene.clock.advance(by: .seconds(2))
        await processed
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["access-manager-no-access"])
    }

    @Test func thePauseBetweenTriesIsBounded() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message(), within: .seconds(1_000_000))
        try await scene.breakTable("outbox")
        async let processed: Void = scene.pipeline.process(task)
        var passed = Duration.zero
        for pause in [1, 2, 4, 8, 16, 30, 30, 30] {
            passed += .seconds(pause)
            await scene.clock.waitForSleeper(dueAtOrAfter: passed)
            await scene.clock.waitForSleeper(dueBefore: passed + .nanoseconds(1))
            if pause == 30, passed > .seconds(100) { try await scene.mendTable("outbox") }
            scene.clock.advance(by: .seconds(pause))
            if passed > .seconds(100) { break }
        }
        await processed
        #expect(try await scene.entries(.accessDecision).count == 1)
    }

    @Test func aClaimThatCouldNotBeStoredIsStoredLater() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        try await scene.breakTable("task")
        async let processed: Void = scene.pipeline.process(task)
        await scene.clock.waitForSleepers(1)
        #expect(scene.evaluator.timesGiven.isEmpty)
        try await scene.mendTable("task")
        scene.clock.advance(by: .seconds(1))
        await processed
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        // Once claimed, it stays claimed.
        let again = try await scene.keep(ModellerRequest(taskID: "task-1").message())
        await scene.pipeline.process(again)
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted", "replayed-task"])
    }

    @Test func whoIsStoppedMeanwhileLeavesTheTaskToTheNextStart() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        try await scene.breakTable("outbox")
        let processing = Task { await scene.pipeline.process(task) }
        await scene.clock.waitForSleepers(1)
        processing.cancel()
        await processing.value
        #expect(try await scene.entryTypes == [.taskReceived])
        #expect(try await scene.tasks.unfinishedInbox().map(\.id) == [task.id])
        try await scene.mendTable("outbox")
        await scene.pipeline.process(task)
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
    }

    @Test func aTaskThatWasDecidedMeanwhileIsNotDecidedAgain() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(ModellerRequest().message())
        try await scene.breakTable("outbox")
        async let processed: Void = scene.pipeline.process(task)
        await scene.clock.waitForSleepers(1)
        try await scene.mendTable("outbox")
        try await scene.tasks.drop(task.id, entry: AuditEntry(.taskMalformed))
        scene.clock.advance(by: .seconds(1))
        await processed
        #expect(try await scene.entryTypes == [.taskReceived, .taskMalformed])
        #expect(scene.messages.sent.isEmpty)
    }

    @Test func aReplyThatIsTooLargeToBeKeptEndsTheTaskOnRecord() async throws {
        var limits = TaskStoreLimits()
        limits.replyBytes = 10
        let scene = try TaskScene(limits: limits)
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        #expect(try await scene.entryTypes == [.taskReceived, .taskMalformed])
        #expect(try await scene.entries(.taskMalformed).map(\.reason) == ["unsupported-message"])
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
        #expect(scene.clock.sleepers == 0)
    }

    // MARK: Requests that came before

    @Test func aRedeliveryGetsTheSameReplyAgain() async throws {
        let scene = try TaskScene()
        let message = try await ModellerRequest().message()
        await scene.pipeline.process(try await scene.keep(message))
        let first = scene.messages.sent
        var again = message
        again.timestamp = "2025-06-01T12:00:01Z"
        await scene.pipeline.process(try await scene.keep(again))
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent, .taskDuplicate])
        try await scene.whileSending { await scene.messages.wait { $0.sent.count == 4 } }
        #expect(Array(scene.messages.sent.suffix(2)) == first)
        #expect(scene.evaluator.timesGiven.count == 1)
    }

    @Test func howOftenItGetsThatIsBounded() async throws {
        var limits = TaskStoreLimits()
        limits.replyAttempts = 3
        let scene = try TaskScene(limits: limits) { _, _, _ in .accessManagerNoAccess }
        let message = try await ModellerRequest().message()
        await scene.pipeline.process(try await scene.keep(message))
        for number in 1...10 {
            var again = message
            again.timestamp = "2025-06-01T12:00:\(10 + number)Z"
            await scene.pipeline.process(try await scene.keep(again))
            let sent = 1 + min(number, 3)
            try await scene.whileSending { await scene.messages.wait { $0.sent.count >= sent } }
            #expect(scene.messages.sent.count == sent)
        }
        #expect(try await scene.entries(.taskDuplicate).count == 10)
    }

    @Test func theSameTaskWithAnotherRequestIsAReplay() async throws {
        let scene = try TaskScene()
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted", "replayed-task"])
    }

    @Test func theSameRequestForAnotherTaskIsAReplay() async throws {
        let scene = try TaskScene()
        var message = try await ModellerRequest().message()
        await scene.pipeline.process(try await scene.keep(message))
        message.taskID = "task-2"
        await scene.pipeline.process(try await scene.keep(message))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted", "replayed-request"])
    }

    @Test func whatWasRefusedUnevaluatedIsClaimedToo() async throws {
        let scene = try TaskScene()
        var message = try await ModellerRequest().message()
        await scene.pipeline.refuse(try await scene.keep(message), .tooManyTasks)
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        let refusal = scene.messages.sent
        // The same bytes again, once there is room: the same answer, not a decision.
        message.timestamp = "2025-06-01T12:00:01Z"
        await scene.pipeline.process(try await scene.keep(message))
        message.taskID = "task-2"
        await scene.pipeline.process(try await scene.keep(message))
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["too-many-tasks", "replayed-request"])
        #expect(scene.evaluator.timesGiven.isEmpty)
        #expect(refusal.map(\.type) == [.jobReject])
    }

    @Test func aRequestThatIsRefusedForItsTaskIDIsClaimedToo() async throws {
        let scene = try TaskScene()
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        var message = try await ModellerRequest().message()
        await scene.pipeline.process(try await scene.keep(message))
        message.taskID = "task-2"
        await scene.pipeline.process(try await scene.keep(message))
        #expect(
            try await scene.entries(.accessDecision).map(\.reason) == ["accepted", "replayed-task", "replayed-request"]
        )
    }

    @Test func whoeverKnowsATaskIDCantUseItUp() async throws {
        // Neither by a wrong signature, nor by one that can't be checked here, nor by a request for an exchange.
        let scene = try TaskScene(keys: ScriptedKeys(of: ["alice"])) { task, _, _ in
            switch task.method {
            case .signature: task.answerable.modeller == "alice" ? .accepted : .accessManagerInvalidProof
            default: .identityTimeout
            }
        }
        var forged = ModellerRequest()
        forged.signingKey = TestKeys.other
        await scene.pipeline.process(try await scene.keep(forged.message()))
        await scene.pipeline.process(try await scene.keep(ModellerRequest(sender: "mallory").message()))
        var asked = ModellerRequest()
        asked.authenticationType = .oidcDeviceCode
        await scene.pipeline.process(try await scene.keep(asked.message()))
        await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
        #expect(
            try await scene.entries(.accessDecision).map(\.reason)
                == ["forged-signature", "access-manager-invalid-proof", "identity-timeout", "accepted"]
        )
    }

    @Test(arguments: [DecisionReason.tooManyTasks, .crashDuringIdentity])
    func aTaskIsRefusedWithoutAnEvaluation(_ reason: DecisionReason) async throws {
        let scene = try TaskScene()
        await scene.pipeline.refuse(try await scene.keep(ModellerRequest().message()), reason)
        await scene.pipeline.refuse(try await scene.keep(ModellerRequest(podIdentifiers: ["acme/x"]).message()), reason)
        await scene.pipeline.refuse(try await scene.keep(ModellerRequest().message(body: [0xC1])), reason)
        #expect(try await scene.entries(.accessDecision).map(\.reason) == [reason.rawValue, "pod-not-named"])
        #expect(try await scene.entries(.taskMalformed).count == 1)
        #expect(scene.evaluator.timesGiven.isEmpty)
    }

    // MARK: Identity

    @Test func aChallengeIsOnRecordBeforeItIsSent() async throws {
        let scene = try TaskScene { _, exchange, _ in
            do throws(IdentityExchangeError) {
                _ = try await exchange.ask(.oidcChallenge, .null, expecting: .oidcAuthorizationCodeResponse)
                return .accepted
            } catch {
                return error.code == .cancelledByModeller ? .interrupted : .identityChannelFailed
            }
        }
        let message = try await ModellerRequest(authenticationType: .oidcAuthorizationCode).message()
        let task = try await scene.keep(message)
        async let processed: Void = scene.pipeline.process(task)
        await scene.messages.wait { $0.sent.count == 1 }
        #expect(try await scene.entryTypes == [.taskReceived, .identityChallenged])
        #expect(try await scene.tasks.unfinishedInbox().map(\.state) == [.identity])
        // The modeller withdraws instead.
        await scene.clock.waitForSleepers(1)
        scene.messages.put(try await ModellerRequest.answer(.taskCancel, to: message), in: .named("worker-mailbox-1"))
        scene.clock.advance(by: .seconds(1))
        await processed
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["cancelled-by-modeller"])
        #expect(scene.messages.sent.last?.type == .taskAbort)
    }

    @Test func aChallengeThatCantBeRecordedIsNotSent() async throws {
        let scene = try TaskScene { _, exchange, _ in
            do throws(IdentityExchangeError) {
                _ = try await exchange.ask(.oidcChallenge, .null, expecting: .oidcAuthorizationCodeResponse)
                return .accepted
            } catch {
                return .identityChannelFailed
            }
        }
        let message = try await ModellerRequest(authenticationType: .oidcAuthorizationCode).message()
        let task = try await scene.keep(message)
        try await scene.damage(
            """
            CREATE TRIGGER no_identity BEFORE UPDATE OF state ON inbox WHEN new.state = 'identity'
            BEGIN SELECT RAISE(ABORT, 'scripted'); END
            """
        )
        await scene.pipeline.process(task)
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["identity-channel-failed"])
    }
}
