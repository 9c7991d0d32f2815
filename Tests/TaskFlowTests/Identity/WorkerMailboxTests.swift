// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Logging
import MessagePack
import Synchronization
import TestSupport
import Testing

@testable import TaskFlow

@Suite struct WorkerMailboxTests {
    private let clock = ManualClock()
    private let messages = ScriptedMessages()

    @Test func anAnswerIsAcknowledgedAndHandedOver() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        try await whileWatching(mailbox) {
            async let answer = mailbox.ask(.oidcChallenge, ["id": 1], expecting: .oidcDeviceCodeResponse)
            await messages.wait { $0.sent.count == 1 }
            #expect(try task.cipher.open(messages.sent[0].body) == ["id": 1])
            await put(try message(.oidcDeviceCodeResponse, ["code": "x"], task))
            #expect(try await answer == ["code": "x"])
        }
        #expect(messages.now.acknowledgements == [.init(receipt: "r", mailboxID: "worker-mailbox-1")])
    }

    @Test func anAnswerThatComesBeforeAnyoneWaitsIsKept() async throws {
        let task = try await task()
        let early = try message(.oidcDeviceCodeResponse, ["code": "x"], task)
        let messages = ScriptedMessages { _, messages in
            await messages.wait { $0.acknowledgements.count == 1 }
        }
        let mailbox = mailbox(task, messages)
        let watching = Task { await mailbox.watch() }
        await clock.waitForSleepers(1)
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        messages.put(early, in: .named("worker-mailbox-1"))
        clock.advance(by: .seconds(1))
        #expect(try await asking.value == ["code": "x"])
        watching.cancel()
        await watching.value
    }

    @Test func nothingIsAskedBeforeItIsOnRecord() async throws {
        struct Refused: Error {}
        let mailbox = mailbox(try await task()) { throw Refused() }
        let error = await #expect(throws: IdentityExchangeError.self) {
            try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse)
        }
        #expect(error?.code == .unavailable)
        #expect(messages.sent.isEmpty)
    }

    @Test func aChallengeThatCantBeSentEndsTheExchange() async throws {
        messages.failSends(.unavailable)
        let mailbox = mailbox(try await task())
        let error = await #expect(throws: IdentityExchangeError.self) {
            try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse)
        }
        #expect(error?.code == .unavailable)
    }

    @Test(arguments: [MessageType.taskCancel, .taskAbort, .taskComplete])
    func aModellerWhoWithdrawsEndsTheExchange(_ type: MessageType) async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        try await whileWatching(mailbox) {
            let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
            await messages.wait { $0.sent.count == 1 }
            await put(try message(type, .null, task))
            let error = await #expect(throws: IdentityExchangeError.self) { try await asking.value }
            #expect(error?.code == .cancelledByModeller)
            #expect(await mailbox.isCancelledByModeller)
        }
        #expect(messages.now.acknowledgements.map(\.isDeleting) == [type == .taskComplete])
    }

    @Test func aWithdrawalBeforeTheQuestionCountsToo() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        messages.put(try message(.taskCancel, .null, task), in: .named("worker-mailbox-1"))
        await mailbox.watch()
        let error = await #expect(throws: IdentityExchangeError.self) {
            try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse)
        }
        #expect(error?.code == .cancelledByModeller)
    }

    @Test func whatOthersSendHasNoEffect() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        try await whileWatching(mailbox) {
            let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
            await messages.wait { $0.sent.count == 1 }
            var foreign = try message(.taskCancel, .null, task)
            foreign.sender = "mallory"
            var unsealed = try message(.taskCancel, .null, task)
            unsealed.body = [1, 2, 3]
            let unexpected = try message(.samlResponse, .null, task)
            let answer = try message(.oidcDeviceCodeResponse, ["code": "x"], task)
            messages.put(foreign, unsealed, unexpected, in: .named("worker-mailbox-1"))
            await put(answer)
            #expect(try await asking.value == ["code": "x"])
        }
        // What is of somebody else is left to them.
        #expect(messages.now.acknowledgements.count == 2)
    }

    @Test func aForgedEndOfTheTaskDeletesNothing() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        try await whileWatching(mailbox) {
            let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
            await messages.wait { $0.sent.count == 1 }
            var empty = try message(.taskComplete, .null, task)
            empty.body = []
            var foreign = try message(.taskComplete, .null, task)
            foreign.body = try TaskMessageCipher(
                key: SessionKey(bytes: Array(repeating: 9, count: 32)),
                generation: task.generation
            ).seal(.null)
            messages.put(empty, foreign, in: .named("worker-mailbox-1"))
            await put(try message(.oidcDeviceCodeResponse, ["code": "x"], task))
            #expect(try await asking.value == ["code": "x"])
        }
        #expect(messages.now.acknowledgements == [.init(receipt: "r", mailboxID: "worker-mailbox-1")])
    }

    @Test func aTaskRequestIsPassedOnAndNotAcknowledgedHere() async throws {
        let strays = StrayRequests()
        var passedOn = strays.requests().makeAsyncIterator()
        let mailbox = mailbox(try await task(), strays: strays)
        let request = try await ModellerRequest(taskID: "task-2").message()
        try await whileWatching(mailbox) {
            await put(request)
            let found = try #require(await passedOn.next())
            #expect(found.message == request)
            #expect(found.mailboxID == "worker-mailbox-1")
        }
        #expect(messages.now.acknowledgements.isEmpty)
    }

    @Test func messagesOfOthersThatComeAgainAndAgainAreNotPolledWithoutPause() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        var foreign = try message(.taskCancel, .null, task)
        foreign.sender = "mallory"
        for _ in 0..<40 { messages.put(foreign, in: .named("worker-mailbox-1")) }
        let watching = Task { await mailbox.watch() }
        await clock.waitForSleepers(1)
        #expect(messages.now.polls == 16)
        clock.advance(by: .seconds(1))
        await messages.wait { $0.polls == 32 }
        watching.cancel()
        await watching.value
    }

    @Test func whoGivesNoFirstSignOfLifeIsGoneSoon() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        let watching = Task { await mailbox.watch() }
        try await passTime(until: asking)
        #expect(messages.sent.last?.type == .onlineCheck)
        let error = await #expect(throws: IdentityExchangeError.self) { try await asking.value }
        #expect(error?.code == .timedOut)
        await watching.value
        #expect(messages.sent.count == 2)
        #expect(clock.now.offset >= .seconds(30))
    }

    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    /// Lets the clock run until nobody waits for an answer any more.
    private func passTime(until asking: Task<MessagePackValue, any Error>) async throws {
        let ended = Flag()
        let waiting = Task {
            _ = await asking.result
            ended.isSet.withLock { $0 = true }
        }
        while !ended.isSet.withLock({ $0 }) {
            clock.advance(by: .milliseconds(500))
            try await Task.sleep(for: .milliseconds(2))
        }
        await waiting.value
    }

    @Test func theFirstSignOfLifeIsWaitedForFromTheChallengeOn() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        try await whileWatching(mailbox) {
            // What comes before the challenge takes its time.
            for _ in 1...45 {
                clock.advance(by: .seconds(1))
                await clock.waitForSleepers(1)
            }
            let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
            await messages.wait { $0.sent.count == 1 }
            await put(try message(.oidcDeviceCodeResponse, ["code": "x"], task))
            #expect(try await asking.value == ["code": "x"])
        }
    }

    @Test func whoWasThereAndFallsSilentIsAskedAndThenGone() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        messages.put(try message(.logMessage, ["msg": "here"], task), in: .named("worker-mailbox-1"))
        let watching = Task { await mailbox.watch() }
        try await passTime(until: asking)
        #expect(messages.sent.count == 2)
        #expect(messages.sent.last?.type == .onlineCheck)
        #expect(clock.now.offset >= .seconds(60))
        let error = await #expect(throws: IdentityExchangeError.self) { try await asking.value }
        #expect(error?.code == .timedOut)
        watching.cancel()
        await watching.value
    }

    @Test func whoGivesWayToOthersCountsAsNotThere() async throws {
        let mailbox = mailbox(try await task())
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        await mailbox.giveWay()
        let error = await #expect(throws: IdentityExchangeError.self) { try await asking.value }
        #expect(error?.code == .timedOut)
    }

    /// bitfount-protocol.md, 13.13: a modeller chooses text, level and logger of such a message.
    @Test func logMessagesReachNoLog() async throws {
        let task = try await task()
        let log = CapturedLog()
        let mailbox = mailbox(task, log: log.logger)
        try await whileWatching(mailbox) {
            let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
            await messages.wait { $0.sent.count == 1 }
            let record: MessagePackValue = [
                "federated": true, "msg": "FORGED %s", "args": ["\u{1B}[31mFORGED"], "levelno": 50,
                "levelname": "CRITICAL", "name": "pod-agent", "exc_text": "FORGED",
            ]
            await put(try message(.logMessage, record, task))
            await put(try message(.oidcDeviceCodeResponse, ["code": "x"], task))
            #expect(try await asking.value == ["code": "x"])
        }
        #expect(log.lines.isEmpty)
        #expect(messages.now.acknowledgements.count == 2)
        #expect(messages.sent.map(\.type) == [.oidcChallenge])
    }

    @Test func anOnlineCheckIsAnsweredAsItCame() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        let check = try message(.onlineCheck, .string("id"), task)
        try await whileWatching(mailbox) {
            await put(check)
            await messages.wait { $0.sent.count == 1 }
        }
        #expect(messages.sent.map(\.type) == [.onlineResponse])
        #expect(messages.sent.map(\.body) == [check.body])
    }

    @Test func pollsAndAcknowledgementsThatFailAreRepeated() async throws {
        let task = try await task()
        let mailbox = mailbox(task)
        messages.failPolls(.unavailable)
        messages.failAcknowledgements(.unavailable)
        messages.put(try message(.oidcDeviceCodeResponse, ["code": "x"], task), in: .named("worker-mailbox-1"))
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        let watching = Task { await mailbox.watch() }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        await messages.wait { $0.polls == 2 }
        await clock.waitForSleepers(1)
        messages.redeliver()
        clock.advance(by: .seconds(2))
        #expect(try await asking.value == ["code": "x"])
        watching.cancel()
        await watching.value
    }

    @Test func whoeverIsCancelledStopsWaiting() async throws {
        let mailbox = mailbox(try await task())
        let asking = Task { try await mailbox.ask(.oidcChallenge, .null, expecting: .oidcDeviceCodeResponse) }
        await messages.wait { $0.sent.count == 1 }
        asking.cancel()
        let error = await #expect(throws: IdentityExchangeError.self) { try await asking.value }
        #expect(error?.code == .timedOut)
    }

    // MARK: Scene

    private func task() async throws -> AnswerableTask {
        let request = ModellerRequest(authenticationType: .oidcDeviceCode)
        return try #require(try await request.intake().request).answerable
    }

    private func mailbox(
        _ task: AnswerableTask,
        _ messages: ScriptedMessages? = nil,
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        strays: StrayRequests = StrayRequests(),
        begin: @escaping @Sendable () async throws -> Void = {}
    ) -> WorkerMailbox {
        WorkerMailbox(
            task: task,
            messages: messages ?? self.messages,
            strays: strays,
            patience: IdentityPatience(silence: .seconds(60), grace: .seconds(30)),
            clock: clock,
            now: { ModellerRequest.sentAt },
            random: { 1 },
            logger: log,
            begin: begin
        )
    }

    private func whileWatching(_ mailbox: WorkerMailbox, _ body: () async throws -> Void) async throws {
        // Unstructured, so that a test that fails does not wait for it.
        let watching = Task { await mailbox.watch() }
        defer { watching.cancel() }
        await clock.waitForSleepers(1)
        try await body()
        watching.cancel()
        await watching.value
    }

    /// Puts a message into the mailbox and lets the next poll find it.
    private func put(_ message: IncomingMessage) async {
        messages.put(message, in: .named("worker-mailbox-1"))
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
    }

    private func message(
        _ type: MessageType,
        _ content: MessagePackValue,
        _ task: AnswerableTask
    ) throws -> IncomingMessage {
        IncomingMessage(
            type: type,
            body: try task.cipher.seal(content),
            recipient: "acme",
            recipientMailboxID: "worker-mailbox-1",
            sender: "alice",
            senderMailboxID: "modeller-mailbox-1",
            timestamp: "2025-06-01T12:00:01Z",
            receiptHandle: "r",
            taskID: "task-1"
        )
    }
}
