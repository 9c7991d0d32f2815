// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import Health
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

@Suite struct MailboxServiceTests {
    // MARK: Polling

    @Test func aTaskIsKeptAcknowledgedAndAnswered() async throws {
        let scene = try TaskScene()
        scene.messages.put(try await request())
        try await scene.whilePolling {
            await scene.messages.wait { $0.sent.count == 2 && $0.acknowledgements.count == 1 }
            try await scene.waitForEntries(.replySent)
        }
        #expect(scene.messages.now.acknowledgements == [.init(receipt: "receipt-1", mailboxID: "hospital")])
        #expect(try await scene.entryTypes == [.taskReceived, .accessDecision, .replySent])
        #expect(scene.evaluator.timesGiven == [.seconds(300)])
        #expect(scene.health.snapshot()[.messageService]?.isWell == true)
        #expect(scene.health.snapshot()[.audit]?.isWell == true)
    }

    @Test func aBurstIsDrainedWithoutPauses() async throws {
        let scene = try TaskScene()
        for number in 1...4 { scene.messages.put(try await request("task-\(number)", receipt: "r\(number)")) }
        try await scene.whilePolling {
            // The clock stands still, so whoever slept would never see the next one.
            await scene.messages.wait { $0.sent.count == 8 && $0.acknowledgements.count == 4 }
            await scene.clock.waitForSleepers(1)
        }
        let delivered = scene.messages.now.events.compactMap { if case .delivered(let id) = $0 { id } else { nil } }
        #expect(delivered == ["r1", "r2", "r3", "r4"])
    }

    @Test func anEmptyMailboxIsPolledByTheSchedule() async throws {
        let scene = try TaskScene()
        try await scene.whilePolling {
            for second in 1...3 {
                await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(second))
                #expect(scene.messages.now.polls == second)
                scene.clock.advance(by: .seconds(1))
            }
            await scene.messages.wait { $0.polls == 4 }
        }
    }

    @Test func pollsThatFailComeLessOftenAndLookNotReady() async throws {
        let scene = try TaskScene()
        scene.messages.failPolls(.unavailable, .unavailable, .unavailable)
        try await scene.whilePolling {
            for (polls, due) in [(1, 1), (2, 3), (3, 7)] {
                await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(due))
                #expect(scene.messages.now.polls == polls)
                #expect(scene.health.snapshot()[.messageService]?.isWell == false)
                scene.clock.advance(by: .seconds(polls == 1 ? 1 : polls == 2 ? 2 : 4))
            }
            await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(8))
            #expect(scene.health.snapshot()[.messageService]?.isWell == true)
        }
    }

    @Test(arguments: [MessageServiceError.Code.invalidArgument, .failedPrecondition])
    func refusedPollsBringTheHintToTheOtherStyle(_ code: MessageServiceError.Code) async throws {
        let scene = try TaskScene()
        scene.messages.failPolls(code, code, code, code, code)
        try await scene.whilePolling {
            for polls in 1...5 {
                await scene.clock.waitForSleepers(1)
                let problem = scene.health.snapshot()[.messageService]?.problem
                #expect(problem?.contains("poll_style") == (polls == 5))
                guard polls < 5 else { return }
                scene.clock.advance(by: .seconds(60))
                await scene.messages.wait { $0.polls == polls + 1 }
            }
        }
    }

    @Test(arguments: [MessageServiceError.Code.unauthenticated, .credentialsUnavailable])
    func refusedCredentialsAreReported(_ code: MessageServiceError.Code) async throws {
        let scene = try TaskScene()
        scene.messages.failPolls(code)
        try await scene.whilePolling {
            await scene.clock.waitForSleepers(1)
            #expect(scene.health.snapshot()[.credentials]?.isWell == false)
        }
    }

    @Test func aPollThatWasCancelledEndsTheService() async throws {
        let scene = try TaskScene()
        scene.messages.failPolls(.cancelled)
        await scene.mailboxService().run()
        #expect(scene.messages.now.polls == 1)
    }

    // MARK: What is no task

    @Test func otherMessagesAreRecordedAndAcknowledged() async throws {
        let scene = try TaskScene()
        for (number, type) in [MessageType.taskComplete, .logMessage, MessageType(rawValue: 99)].enumerated() {
            var message = try await request(receipt: "r\(number)")
            message.type = type
            scene.messages.put(message)
        }
        try await scene.whilePolling { await scene.messages.wait { $0.acknowledgements.count == 3 } }
        #expect(scene.messages.now.acknowledgements.map(\.isDeleting) == [true, false, false])
        #expect(try await scene.entryTypes == [.taskMalformed, .taskMalformed, .taskMalformed])
        #expect(
            try await scene.entries().map(\.reference) == ["type:TASK_COMPLETE", "type:LOG_MESSAGE", "type:UNKNOWN_99"]
        )
        #expect(scene.messages.sent.isEmpty)
    }

    @Test func aTaskThatIsTooLargeToBeKeptIsRecordedAndAcknowledged() async throws {
        var limits = TaskStoreLimits()
        limits.messageBytes = 100
        let scene = try TaskScene(limits: limits)
        scene.messages.put(try await request())
        try await scene.whilePolling { await scene.messages.wait { $0.acknowledgements.count == 1 } }
        #expect(try await scene.entries().map(\.reason) == ["unsupported-message"])
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
    }

    // MARK: Acknowledging

    @Test func aTaskWhoseAcknowledgementFailedIsDecidedOnce() async throws {
        let scene = try TaskScene { _, _, _ in
            // Still deciding when it comes again.
            try? await Task.sleep(for: .seconds(3_600))
            return .interrupted
        }
        scene.messages.failAcknowledgements(.unavailable)
        scene.messages.put(try await request())
        try await scene.whilePolling {
            try await scene.waitForEntries(.taskReceived)
            await scene.clock.waitForSleepers(1)
            var again = try await request(receipt: "receipt-2")
            again = try #require(try await scene.tasks.unfinishedInbox().first).message.incomingMessage()
            again.receiptHandle = "receipt-2"
            scene.messages.put(again)
            scene.clock.advance(by: .seconds(1))
            await scene.messages.wait { $0.acknowledgements.map(\.receipt) == ["receipt-2"] }
            while try await scene.tasks.unfinishedInbox().first?.isAcknowledged != true {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(try await scene.entries(.taskReceived).count == 1)
        #expect(scene.evaluator.timesGiven.count == 1)
    }

    @Test func byCredentialTheServiceNamesTheMailbox() async throws {
        let scene = try TaskScene()
        let mailbox = Mailbox.byCredential(clusterID: nil)
        scene.messages.put(try await request(receipt: "r1"), in: mailbox)
        var nameless = try await request(receipt: "r2")
        nameless.type = .logMessage
        nameless.recipientMailboxID = ""
        scene.messages.put(nameless, in: mailbox)
        var silent = try await request(receipt: "r3")
        silent.type = .logMessage
        silent.receiptHandle = nil
        scene.messages.put(silent, in: mailbox)
        try await scene.whilePolling(mailbox) {
            await scene.messages.wait { $0.acknowledgements.count == 2 }
            try await scene.waitForEntries(.taskMalformed, 2)
        }
        #expect(Set(scene.messages.now.acknowledgements.map(\.mailboxID)) == ["ward", "hospital"])
    }

    // MARK: A store that fails

    @Test func whatCantBeKeptStaysWithTheService() async throws {
        let scene = try TaskScene()
        scene.messages.put(try await request())
        try await scene.breakTable("inbox")
        // What was left over can't be read either: nothing is polled before it can.
        try await scene.whilePolling {
            await scene.clock.waitForSleepers(1)
            #expect(scene.messages.now.polls == 0)
            try await scene.mendTable("inbox")
            scene.clock.advance(by: .seconds(1))
            await scene.messages.wait { $0.sent.count == 2 }
        }
    }

    @Test func aFaultWhileKeepingIsReportedAndNothingIsAcknowledged() async throws {
        let scene = try TaskScene()
        try await scene.whilePolling {
            await scene.clock.waitForSleepers(1)
            try await scene.breakTable("inbox")
            scene.messages.put(try await request())
            scene.clock.advance(by: .seconds(1))
            await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(2))
            #expect(scene.health.snapshot()[.audit]?.isWell == false)
            #expect(scene.messages.now.acknowledgements.isEmpty)
            let polls = scene.messages.now.polls
            // Nothing is taken while the store can't be written.
            scene.clock.advance(by: .seconds(1))
            await scene.clock.waitForSleeper(dueAtOrAfter: .seconds(7))
            #expect(scene.messages.now.polls == polls)
            try await scene.mendTable("inbox")
            scene.messages.redeliver()
            scene.clock.advance(by: .seconds(5))
            await scene.messages.wait { $0.sent.count == 2 && $0.acknowledgements.count == 1 }
            #expect(scene.health.snapshot()[.audit]?.isWell == true)
        }
    }

    // MARK: Places

    @Test func aModellerWithTooManyTasksIsRefused() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let scene = try TaskScene(
            admission: .init(active: 1, activePerModeller: 1, queued: 8, queuedPerModeller: 1)
        ) { _, _, _ in
            for await _ in gate.stream { break }
            return .accepted
        }
        for number in 1...3 { scene.messages.put(try await request("task-\(number)", receipt: "r\(number)")) }
        try await scene.whilePolling {
            try await scene.waitForEntries(.accessDecision)
            #expect(try await scene.entries(.accessDecision).map(\.reason) == ["too-many-tasks"])
            #expect(await scene.admission.activeTasks == 1)
            #expect(await scene.admission.queuedTasks == 1)
            gate.continuation.finish()
            try await scene.waitForEntries(.accessDecision, 3)
        }
        #expect(await scene.admission.activeTasks == 0)
        #expect(try await scene.entries(.accessDecision).filter { $0.reason == "accepted" }.count == 2)
    }

    @Test func nothingIsFetchedWhileTheQueueIsFull() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let scene = try TaskScene(
            admission: .init(active: 1, activePerModeller: 1, queued: 1, queuedPerModeller: 1)
        ) { _, _, _ in
            for await _ in gate.stream { break }
            return .accepted
        }
        for (number, sender) in ["alice", "bob", "carol"].enumerated() {
            scene.messages.put(try await request("task-\(number)", receipt: "r\(number)", sender: sender))
        }
        try await scene.whilePolling {
            await scene.messages.wait { $0.acknowledgements.count == 2 }
            while await scene.admission.queuedTasks < 1 {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(scene.messages.now.polls == 2)
            gate.continuation.finish()
            try await scene.waitForEntries(.accessDecision, 3)
        }
    }

    // MARK: After a restart

    @Test func aTaskThatWasKeptIsDecidedWithinWhatIsLeftOfItsTime() async throws {
        let scene = try TaskScene()
        _ = try await scene.keep(try await request())
        scene.environment.advance(milliseconds: 120_000)
        try await scene.whilePolling { await scene.messages.wait { $0.sent.count == 2 } }
        #expect(scene.evaluator.timesGiven == [.seconds(180)])
        #expect(try await scene.entryTypes.prefix(2) == [.taskReceived, .accessDecision])
    }

    @Test func aTaskThatWasClaimedIsDecidedOnce() async throws {
        let scene = try TaskScene()
        let message = try await request()
        let task = try await scene.keep(message)
        let answerable = try #require(try await ModellerRequest.read(message).answerable)
        _ = try await scene.tasks.claim(
            task.id,
            taskID: "task-1",
            target: "acme/ward",
            requestSHA256: try #require(answerable.facts.encryptedRequestSHA256),
            entry: AuditEntry(.taskReceived)
        )
        try await scene.whilePolling { await scene.messages.wait { $0.sent.count == 2 } }
        #expect(try await scene.entryTypes.prefix(2) == [.taskReceived, .accessDecision])
    }

    @Test func aTaskWhoseIdentityWasBeingCheckedIsRejected() async throws {
        let scene = try TaskScene()
        let task = try await scene.keep(try await request())
        try await scene.tasks.beginIdentity(task.id, entry: AuditEntry(.identityChallenged))
        try await scene.whilePolling { await scene.messages.wait { $0.sent.count == 1 } }
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["crash-during-identity"])
        #expect(scene.evaluator.timesGiven.isEmpty)
    }

    @Test(arguments: [
        "payload = CAST('{}' AS BLOB)", "payload = CAST('not JSON' AS BLOB)", "payload = x''",
    ])
    func aKeptTaskThatCantBeReadIsDroppedOnRecordAndHoldsUpNoOther(_ damage: String) async throws {
        let scene = try TaskScene()
        let damaged = try await scene.keep(try await request())
        _ = try await scene.keep(try await request("task-2"))
        try await scene.damage("UPDATE inbox SET \(damage) WHERE id = \(damaged.id)")
        scene.messages.put(try await request("task-3", receipt: "r3"))
        try await scene.whilePolling {
            await scene.messages.wait { $0.sent.count == 4 }
            try await scene.waitForEntries(.taskMalformed)
        }
        let entry = try #require(try await scene.entries(.taskMalformed).first)
        #expect(entry.reason == "damaged-record")
        #expect(entry.decision == .reject)
        #expect(entry.task == "task-1")
        #expect(entry.reference == "message:\(damaged.id)")
        #expect(try await scene.tasks.unfinishedInbox().isEmpty)
        // The next start has nothing left to do.
        try await scene.whilePolling { await scene.clock.waitForSleepers(1) }
        #expect(try await scene.entries(.taskMalformed).count == 1)
    }

    @Test func damageIsReported() async throws {
        let scene = try TaskScene()
        let damaged = try await scene.keep(try await request())
        try await scene.damage("UPDATE inbox SET payload = x'00' WHERE id = \(damaged.id)")
        scene.health.succeeded(.audit)
        try await scene.whilePolling {
            try await scene.waitForEntries(.taskMalformed)
            #expect(scene.health.snapshot()[.audit]?.isWell == false)
        }
        let findings = try await SampleLog.verify(scene.directory.file("agent.sqlite").path).findings
        #expect(findings.map(\.description).contains { $0.contains("The payload can't be read as a message.") })
    }

    // MARK: Stopping

    @Test func aTaskThatIsBeingDecidedIsDecidedAsInterrupted() async throws {
        let scene = try TaskScene { _, _, _ in
            // Cancelled means over.
            try? await Task.sleep(for: .seconds(3_600))
            return .interrupted
        }
        scene.messages.put(try await request())
        try await scene.whilePolling { try await scene.waitForEntries(.taskReceived) }
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["interrupted"])
        #expect(scene.messages.sent.map(\.type) == [.jobReject])
    }

    @Test func aTaskThatWaitsForItsPlaceIsLeftToTheNextStart() async throws {
        let scene = try TaskScene(
            admission: .init(active: 1, activePerModeller: 1, queued: 8, queuedPerModeller: 8)
        ) { _, _, _ in
            try? await Task.sleep(for: .seconds(3_600))
            return .interrupted
        }
        for number in 1...2 { scene.messages.put(try await request("task-\(number)", receipt: "r\(number)")) }
        try await scene.whilePolling {
            try await scene.waitForEntries(.taskReceived)
            await scene.messages.wait { $0.acknowledgements.count == 2 }
        }
        #expect(try await scene.entries(.accessDecision).map(\.task) == ["task-1"])
        #expect(try await scene.tasks.unfinishedInbox().map(\.message.taskID) == ["task-2"])
    }

    private func request(
        _ task: String = "task-1",
        receipt: String = "receipt-1",
        sender: String = "alice"
    ) async throws -> IncomingMessage {
        var message = try await ModellerRequest(sender: sender, taskID: task).message()
        message.receiptHandle = receipt
        return message
    }
}
