// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import Health
import StateStore
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

@Suite struct ReplyOutboxTests {
    @Test func aReplyIsSentOnceAndOnRecord() async throws {
        let scene = try TaskScene()
        let (id, reply) = try await decided(in: scene)
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now)
        #expect(scene.messages.sent == reply)
        let entry = try #require(try await scene.entries(.replySent).first)
        #expect(entry.reference == "reply:\(id) JOB_REJECT")
        #expect(entry.task == "task-1")
        #expect(entry.modeller == "alice")
        #expect(try await scene.tasks.pendingReplies().isEmpty)
    }

    @Test func aReplyThatFailedIsSentAgainByteForByteWhenItIsDue() async throws {
        let scene = try TaskScene()
        let (id, reply) = try await decided(in: scene)
        scene.messages.failSends(.unavailable, .deadlineExceeded)
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now)
        #expect(try await scene.tasks.pendingReplies().map(\.attempts) == [1])
        #expect(try await scene.tasks.pendingReplies().map(\.nextAttempt) == [scene.environment.now + 1])
        try await scene.whileSending {
            // Not due yet.
            await scene.clock.waitForSleepers(1)
            #expect(scene.messages.sent.isEmpty)
            scene.environment.advance(milliseconds: 1_000)
            scene.clock.advance(by: .seconds(1))
            await scene.clock.waitForSleepers(1)
            let pending = try await scene.tasks.pendingReplies()
            #expect(pending.map(\.attempts) == [2])
            #expect(pending.map(\.nextAttempt) == [scene.environment.now + 2])
            scene.environment.advance(milliseconds: 2_000)
            scene.clock.advance(by: .seconds(1))
            await scene.messages.wait { $0.sent.count == reply.count }
        }
        #expect(scene.messages.sent == reply)
        #expect(try await scene.entries(.replyFailed).isEmpty)
        #expect(try await scene.entries(.replySent).count == 1)
    }

    @Test(arguments: MessageServiceError.Code.allCases)
    func onlyWhatRepeatingMendsIsRepeated(_ code: MessageServiceError.Code) async throws {
        let scene = try TaskScene()
        let (id, reply) = try await decided(in: scene)
        scene.messages.failSends(code)
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now)
        let isTransient = MessageServiceError(code: code, message: "").isTransient
        #expect(try await scene.tasks.pendingReplies().isEmpty == !isTransient)
        #expect(try await scene.entries(.replyFailed).map(\.reason) == (isTransient ? [] : [code.rawValue]))
    }

    @Test func aSendThatWasCancelledCountsAsNoAttempt() async throws {
        let scene = try TaskScene()
        let (id, reply) = try await decided(in: scene)
        scene.messages.failSends(.cancelled)
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now)
        #expect(try await scene.tasks.pendingReplies().map(\.attempts) == [0])
    }

    @Test func aReplyThatIsTooOldIsGivenUp() async throws {
        let scene = try TaskScene(expiry: .seconds(600))
        let (id, reply) = try await decided(in: scene)
        scene.messages.failSends(.unavailable)
        scene.environment.advance(milliseconds: 600_000)
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now - 600)
        #expect(try await scene.tasks.pendingReplies().isEmpty)
        #expect(try await scene.entries(.replyFailed).map(\.reason) == ["unavailable"])
    }

    @Test func whatACrashLeftIsSent() async throws {
        let scene = try TaskScene()
        let first = try await decided(in: scene)
        let second = try await decided(in: scene, task: "task-2")
        try await scene.whileSending { await scene.messages.wait { $0.sent.count == 2 } }
        #expect(Set(scene.messages.sent) == Set(first.reply + second.reply))
        #expect(try await scene.entries(.replySent).count == 2)
    }

    @Test func noReplyIsSentByTwoAtOnce() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let scene = try TaskScene(
            messages: ScriptedMessages { _, _ in
                for await _ in gate.stream { return }
            }
        )
        let (id, reply) = try await decided(in: scene)
        let sending = Task { await scene.outbox.send(id, reply, decidedAt: scene.environment.now) }
        await scene.messages.wait { $0.sent.count == 1 }
        try await scene.whileSending {
            // The loop has been round while the first is still sending.
            await scene.clock.waitForSleepers(1)
            #expect(scene.messages.sent.count == 1)
            gate.continuation.finish()
            await sending.value
        }
        #expect(scene.messages.sent.count == 1)
        #expect(try await scene.entries(.replySent).count == 1)
    }

    @Test func aStoreThatFailsAfterSendingMeansSendingAgain() async throws {
        let scene = try TaskScene()
        let (id, reply) = try await decided(in: scene)
        try await scene.breakTable("outbox")
        await scene.outbox.send(id, reply, decidedAt: scene.environment.now)
        try await scene.mendTable("outbox")
        #expect(try await scene.tasks.pendingReplies().map(\.id) == [id])
        try await scene.whileSending { await scene.messages.wait { $0.sent.count == 2 } }
        #expect(scene.messages.sent == reply + reply)
    }

    @Test func anOutboxThatCantBeReadIsTriedAgain() async throws {
        let scene = try TaskScene()
        let (_, reply) = try await decided(in: scene)
        try await scene.breakTable("outbox")
        try await scene.whileSending {
            await scene.clock.waitForSleepers(1)
            try await scene.mendTable("outbox")
            scene.clock.advance(by: .seconds(1))
            await scene.messages.wait { $0.sent.count == 1 }
        }
        #expect(scene.messages.sent == reply)
    }

    @Test(arguments: ["[{\"type\":3}]", "[]", "not JSON"])
    func aReplyThatCantBeReadIsGivenUpOnRecordAndHoldsUpNoOther(_ bytes: String) async throws {
        let scene = try TaskScene()
        let (damaged, _) = try await decided(in: scene)
        let (_, reply) = try await decided(in: scene, task: "task-2")
        try await scene.damage("UPDATE outbox SET reply = CAST('\(bytes)' AS BLOB) WHERE id = \(damaged)")
        scene.health.succeeded(.audit)
        try await scene.whileSending {
            await scene.messages.wait { $0.sent.count == 1 }
            try await scene.waitForEntries(.replyFailed)
        }
        #expect(scene.messages.sent == reply)
        let entry = try #require(try await scene.entries(.replyFailed).first)
        #expect(entry.reason == "damaged-record")
        #expect(entry.reference?.hasPrefix("reply:\(damaged) message:") == true)
        #expect(scene.health.snapshot()[.audit]?.isWell == false)
        // Once is enough.
        try await scene.whileSending { await scene.clock.waitForSleepers(1) }
        #expect(try await scene.entries(.replyFailed).count == 1)
        #expect(try await scene.tasks.pendingReplies().isEmpty)
    }

    /// A decision whose reply waits.
    private func decided(
        in scene: TaskScene,
        task: String = "task-1"
    ) async throws -> (id: ReplyID, reply: [OutgoingMessage]) {
        let kept = try await scene.keep(try await ModellerRequest(taskID: task).message())
        let reply = [
            OutgoingMessage(
                type: .jobReject,
                body: [1, 2, 3],
                recipient: "alice",
                recipientMailboxID: "modeller-mailbox-1",
                sender: "acme/ward",
                senderMailboxID: "worker-mailbox-1",
                timestamp: "2025-06-01T12:00:01.250Z",
                taskID: task
            )
        ]
        let record = try await scene.tasks.decide(
            kept.id,
            entry: .decided(.reject, task: task),
            reply: try StoredReply(reply)
        )
        return (try #require(record.reply), reply)
    }
}
