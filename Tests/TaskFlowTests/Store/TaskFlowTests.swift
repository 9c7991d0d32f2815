// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct TaskFlowTests {
    let directory: TemporaryDirectory
    let clock = TestEnvironment()
    let store: AgentStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path("agent.sqlite"), environment: clock.environment)
    }

    @Test func aMessageIsDurableBeforeItIsAcknowledgedAndUnfinishedUntilDecided() async throws {
        let message = StoredMessage.sample("a")
        let receipt = try await store.tasks.receive(message)
        #expect(receipt.isNew)
        var rows = try await store.tasks.unfinishedInbox()
        #expect(rows.map(\.message) == [message])
        #expect(rows.first?.state == .received)
        #expect(rows.first?.isAcknowledged == false)
        #expect(rows.first?.receivedAt == clock.now)
        try await store.tasks.markAcknowledged(receipt.id)
        try await store.tasks.beginIdentity(receipt.id, entry: AuditEntry(.identityChallenged))
        rows = try await store.tasks.unfinishedInbox()
        #expect(rows.first?.isAcknowledged == true)
        #expect(rows.first?.state == .identity)
        try await store.tasks.decide(receipt.id, entry: .decided(.accept, task: "a"), reply: nil)
        #expect(try await store.tasks.unfinishedInbox().isEmpty)
    }

    @Test func theSameMessageStillUndecidedIsTheSameRow() async throws {
        let first = try await store.tasks.receive(.sample("a", receipt: "r1"))
        let again = try await store.tasks.receive(.sample("a", receipt: "r2"))
        #expect(again == InboxReceipt(id: first.id, isNew: false))
        #expect(try await store.tasks.unfinishedInbox().map(\.message.receiptHandle) == ["r2"])
        let elsewhere = try await store.tasks.receive(.sample("a", mailbox: "lung-data"))
        #expect(elsewhere.isNew)
        let other = try await store.tasks.receive(.sample("b", receipt: "r1"))
        #expect(other.isNew)
        try await store.tasks.drop(first.id, entry: AuditEntry(.taskMalformed))
        let afterwards = try await store.tasks.receive(.sample("a", receipt: "r3"))
        #expect(afterwards.isNew)
    }

    @Test func aTaskIsFreshOnceAndOnlyForTheMessageThatClaimedIt() async throws {
        let first = try await receive("a")
        #expect(try await claim(first, "task", "h1") == .fresh)
        #expect(try await claim(first, "task", "h1") == .fresh)
        #expect(try await store.entries().collected().count == 1)

        let redelivered = try await receive("b")
        #expect(try await claim(redelivered, "task", "h1") == .redelivery(of: first, answered: false))
        #expect(try await claim(try await receive("d"), "other", "h1") == .replayedRequest)
        #expect(try await claim(try await receive("e"), "task", "h1", target: "alice/lung") == .replayedRequest)
        #expect(try await claim(try await receive("f"), "task", "h3", target: "alice/lung") == .fresh)

        try await store.tasks.decide(first, entry: .decided(.accept, task: "task"), reply: StoredReply(bytes: [1]))
        #expect(try await claim(redelivered, "task", "h1") == .redelivery(of: first, answered: true))
        #expect(try await claim(first, "task", "h1") == .fresh)
        #expect(try await store.entries(matching: AuditQuery(types: [.taskReceived])).collected().count == 2)
    }

    // MARK: A task id

    @Test func aTaskIDIsClaimedByTheRequestOfWhichTheModellerIsProven() async throws {
        let forged = try await receive("forged")
        #expect(try await claim(forged, "task", "h1") == .fresh)
        try await store.tasks.decide(forged, entry: .decided(.reject, task: "task"), reply: StoredReply(bytes: [1]))
        let genuine = try await receive("genuine")
        #expect(try await claim(genuine, "task", "h2") == .fresh)
        let accepted = try await store.tasks.accept(
            genuine,
            entry: .decided(.accept, task: "task"),
            reply: StoredReply(bytes: [2])
        )
        #expect(accepted != nil)
        // The next one is answered, and so claimed by its own bytes.
        let third = try await receive("third")
        #expect(try await standing(third, "task", "h3") == .replayedTask)
        #expect(try await claim(third, "task", "h3") == .replayedTask)
        #expect(try await claim(third, "task", "h3") == .replayedTask)
        #expect(try await claim(try await receive("fourth"), "other", "h3") == .replayedRequest)
    }

    @Test func ofTwoProvenRequestsWithOneTaskIDOnlyOneIsAccepted() async throws {
        let ids = [try await receive("a"), try await receive("b")]
        for (number, id) in ids.enumerated() { #expect(try await claim(id, "task", "h\(number)") == .fresh) }
        for (number, id) in ids.enumerated() {
            let reply = StoredReply(bytes: [UInt8(number)])
            let record = try await store.tasks.accept(id, entry: .decided(.accept, task: "task"), reply: reply)
            #expect((record != nil) == (number == 0))
        }
        #expect(try await store.tasks.unfinishedInbox().map(\.id) == [ids[1]])
        #expect(try await store.entries(matching: AuditQuery(types: [.accessDecision])).collected().count == 1)
    }

    @Test func anotherModellersProofLeavesATaskIDFree() async throws {
        let mallory = try await receive("a", sender: "mallory")
        _ = try await claim(mallory, "task", "h1")
        try await store.tasks.decide(
            mallory,
            entry: .decided(.reject, task: "task"),
            reply: StoredReply(bytes: [1]),
            provingTask: true
        )
        #expect(try await claim(try await receive("b", sender: "alice"), "task", "h2") == .fresh)
        #expect(try await claim(try await receive("c", sender: "mallory"), "task", "h3") == .replayedTask)
        for reply in try await store.tasks.pendingReplies() {
            try await store.tasks.markSent(reply.id, entry: AuditEntry(.replySent))
        }
        // Of whom it was is not known any more, so it is taken for everybody's.
        try await store.log.write { _ = try TaskTables().forget("mallory", in: $0.db) }
        #expect(try await claim(try await receive("d", sender: "carol"), "task", "h4") == .replayedTask)
    }

    // MARK: What nobody answers

    @Test func whatNobodyAnswersIsRemovedAndItsSummaryRecorded() async throws {
        let ids = [try await receive("a"), try await receive("b"), try await receive("c")]
        _ = try await claim(ids[1], "task", "h1")
        try await store.tasks.decide(ids[2], entry: .decided(.reject, task: "x"), reply: nil)
        try await store.tasks.discard(ids, entries: [AuditEntry(.taskMalformed)])
        // What was claimed or finished meanwhile stays.
        #expect(try await store.tasks.unfinishedInbox().map(\.id) == [ids[1]])
        #expect(try await count("inbox") == 2)
        #expect(try await store.entries().collected().map(\.entry.type).last == .taskMalformed)
        try await store.close()
        let report = try await SampleLog.verify(directory.path("agent.sqlite"))
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    @Test func aClaimedOrFinishedMessageCantBeRemoved() async throws {
        let claimed = try await receive("a")
        _ = try await claim(claimed, "task", "h1")
        let finished = try await receive("b")
        try await store.tasks.drop(finished, entry: AuditEntry(.taskMalformed))
        for id in [claimed, finished] {
            await #expect(throws: StoreError(.constraint, "")) {
                try await store.log.store.write { db in
                    try db.execute(sql: "DELETE FROM inbox WHERE id = ?", arguments: [id.rawValue])
                }
            }
        }
    }

    @Test func repliesThatNobodyWantsAnyMoreGoAndTheirHashesStay() async throws {
        let sent = try await receive("a")
        let record = try await store.tasks.decide(
            sent,
            entry: .decided(.reject, task: "a"),
            reply: .sample("sent")
        )
        try await store.tasks.markSent(try #require(record.reply), entry: AuditEntry(.replySent))
        let waiting = try await receive("b")
        try await store.tasks.decide(waiting, entry: .decided(.reject, task: "b"), reply: .sample("waiting"))
        #expect(try await store.tasks.pruneReplies() == 0)
        clock.advance(milliseconds: 86_400_001)
        #expect(try await store.tasks.pruneReplies() == 1)
        #expect(try await store.tasks.pruneReplies() == 0)
        #expect(try await store.tasks.resendReply(for: sent) == nil)
        #expect(try await store.tasks.pendingReplies().map(\.inboxID) == [waiting])
        #expect(record.entry.entry.reference == StoredReply.sample("sent").entryReference)
        try await store.close()
        let report = try await SampleLog.verify(directory.path("agent.sqlite"))
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    // MARK: The pod's key

    @Test func theMomentOfATakeOverIsRemembered() async throws {
        let first = try await store.tasks.noteKey("aa")
        #expect(first == PodKeyUse(since: clock.now, isNew: true))
        clock.advance(milliseconds: 1_000)
        #expect(try await store.tasks.noteKey("aa") == PodKeyUse(since: first.since, isNew: false))
        #expect(try await store.tasks.noteKey("bb") == PodKeyUse(since: clock.now, isNew: true))
    }

    @Test func aKeyThatWasInUseBeforeItWasRememberedIsNotTakenOverNow() async throws {
        _ = try await receive("a")
        let before = clock.now
        clock.advance(milliseconds: 60_000)
        #expect(try await store.tasks.noteKey("aa") == PodKeyUse(since: before, isNew: true))
    }

    @Test func tasksWithoutAnIDAreToldApartByTheirRequest() async throws {
        let first = try await receive("a")
        #expect(try await claim(first, "", "h1") == .fresh)
        #expect(try await claim(try await receive("b"), "", "h2") == .fresh)
        #expect(try await claim(try await receive("c"), "", "h1") == .redelivery(of: first, answered: false))
    }

    @Test func aDecisionIsMadeOnceWithItsReply() async throws {
        let id = try await receive("a")
        let record = try await store.tasks.decide(
            id,
            entry: .decided(.reject, task: "a"),
            reply: StoredReply(bytes: [1, 2, 3])
        )
        let pending = try await store.tasks.pendingReplies()
        #expect(pending.map(\.id) == [record.reply])
        #expect(pending.first?.reply.bytes == [1, 2, 3])
        #expect(pending.first?.inboxID == id)
        for attempt in 0..<2 {
            await #expect(throws: StoreError(.alreadyDecided, "")) {
                try await store.tasks.decide(
                    id,
                    entry: .decided(.accept, task: "a"),
                    reply: StoredReply(bytes: [UInt8(attempt)])
                )
            }
            await #expect(throws: StoreError(.alreadyDecided, "")) {
                try await store.tasks.drop(id, entry: AuditEntry(.taskDuplicate))
            }
            await #expect(throws: StoreError(.alreadyDecided, "")) {
                try await store.tasks.beginIdentity(id, entry: AuditEntry(.identityChallenged))
            }
        }
        #expect(try await store.entries().collected() == [record.entry])
        #expect(try await store.tasks.pendingReplies() == pending)
    }

    @Test func manyDecidersOfOneMessageMakeOneDecision() async throws {
        let id = try await receive("a")
        let store = store
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    do {
                        let reply = StoredReply(bytes: [UInt8(index)])
                        try await store.tasks.decide(id, entry: .decided(.accept, task: "\(index)"), reply: reply)
                        return true
                    } catch {
                        #expect(error as? StoreError == StoreError(.alreadyDecided, ""))
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        let entries = try await store.entries().collected()
        let replies = try await store.tasks.pendingReplies()
        #expect(entries.count == 1)
        #expect(replies.map { $0.reply.bytes.map { String($0) } } == [entries.compactMap(\.entry.task)])
    }

    @Test func aReplyIsSentAgainByteForByte() async throws {
        let id = try await receive("a")
        let reply = StoredReply(bytes: Array("answer".utf8))
        let replyID = try #require(
            try await store.tasks.decide(id, entry: .decided(.accept, task: "a"), reply: reply).reply
        )
        let later = clock.now.addingTimeInterval(30)
        #expect(try await store.tasks.markFailed(replyID, nextAttempt: later, entry: AuditEntry(.replyFailed)) != nil)
        #expect(try await store.tasks.pendingReplies().map(\.attempts) == [1])
        #expect(try await store.tasks.pendingReplies().map(\.nextAttempt) == [later])
        #expect(try await store.tasks.markSent(replyID, entry: AuditEntry(.replySent)) != nil)
        #expect(try await store.tasks.pendingReplies().isEmpty)
        #expect(try await store.tasks.markSent(replyID, entry: AuditEntry(.replySent)) == nil)
        #expect(try await store.tasks.markFailed(replyID, nextAttempt: nil, entry: AuditEntry(.replyFailed)) == nil)

        #expect(try await store.tasks.resendReply(for: id) == replyID)
        #expect(try await store.tasks.pendingReplies().map(\.reply) == [reply])
        #expect(try await store.tasks.markFailed(replyID, nextAttempt: nil, entry: nil) == nil)
        #expect(try await store.tasks.pendingReplies().isEmpty)
        let types = try await store.entries().collected().map(\.entry.type)
        #expect(types == [.accessDecision, .replyFailed, .replySent])
    }

    @Test func aDroppedMessageHasNoReply() async throws {
        let id = try await receive("a")
        #expect(try await store.tasks.resendReply(for: id) == nil)
        try await store.tasks.drop(id, entry: AuditEntry(.taskMalformed))
        #expect(try await store.tasks.resendReply(for: id) == nil)
        #expect(try await store.tasks.pendingReplies().isEmpty)
    }

    @Test func repliesComeInTheOrderTheyAreDue() async throws {
        var ids: [ReplyID] = []
        for content in ["a", "b", "c"] {
            let id = try await receive(content)
            let record = try await store.tasks.decide(
                id,
                entry: .decided(.accept, task: content),
                reply: StoredReply(bytes: [])
            )
            ids.append(try #require(record.reply))
            clock.advance(milliseconds: 10)
        }
        try await store.tasks.markFailed(ids[0], nextAttempt: clock.now.addingTimeInterval(1), entry: nil)
        #expect(try await store.tasks.pendingReplies().map(\.id) == [ids[1], ids[2], ids[0]])
        #expect(try await store.tasks.pendingReplies(limit: 1).map(\.id) == [ids[1]])
    }

    @Test func unknownRowsAreNamed() async throws {
        let error = await #expect(throws: StoreError.self) { try await store.tasks.markAcknowledged(InboxID(77)) }
        #expect(error?.code == .unknownRow)
        #expect(error?.message.contains("77") == true)
        await #expect(throws: StoreError(.unknownRow, "")) { try await claim(InboxID(77), "t", "h") }
        await #expect(throws: StoreError(.unknownRow, "")) {
            try await store.tasks.decide(InboxID(77), entry: AuditEntry(.accessDecision), reply: nil)
        }
        await #expect(throws: StoreError(.unknownRow, "")) {
            try await store.tasks.markSent(ReplyID(77), entry: AuditEntry(.replySent))
        }
        #expect(try await store.entries().collected().isEmpty)
    }

    @Test func overLongMessagesAreRefused() async throws {
        var limits = TaskStoreLimits()
        (limits.messageBytes, limits.replyBytes, limits.identifierBytes) = (10, 10, 10)
        let store = try AgentStore(path: directory.path("small.sqlite"), taskLimits: limits)
        let long = String(repeating: "x", count: 11)
        for message in [
            StoredMessage(receiptHandle: "", mailboxID: "", taskID: nil, sender: "", payload: Array(long.utf8)),
            StoredMessage(receiptHandle: long, mailboxID: "", taskID: nil, sender: "", payload: []),
            StoredMessage(receiptHandle: "", mailboxID: long, taskID: nil, sender: "", payload: []),
            StoredMessage(receiptHandle: "", mailboxID: "", taskID: long, sender: "", payload: []),
            StoredMessage(receiptHandle: "", mailboxID: "", taskID: nil, sender: long, payload: []),
        ] {
            await #expect(throws: StoreError(.constraint, "")) { try await store.tasks.receive(message) }
        }
        let id = try await store.tasks.receive(
            StoredMessage(receiptHandle: "", mailboxID: "", taskID: nil, sender: "", payload: [])
        ).id
        await #expect(throws: StoreError(.constraint, "")) {
            try await store.tasks.decide(
                id,
                entry: .decided(.accept, task: ""),
                reply: StoredReply(bytes: Array(long.utf8))
            )
        }
        try await store.close()
    }

    @Test func payloadsGoAfterTheirTimeAndClaimsStay() async throws {
        let first = try await receive("a")
        _ = try await claim(first, "task", "h1")
        try await store.tasks.decide(first, entry: .decided(.accept, task: "task"), reply: StoredReply(bytes: [9]))
        let open = try await receive("open")
        #expect(try await store.tasks.prunePayloads() == 0)
        clock.advance(milliseconds: 7 * 86_400_000 + 1)
        #expect(try await store.tasks.prunePayloads() == 1)
        #expect(try await store.tasks.prunePayloads() == 0)
        #expect(try await store.tasks.unfinishedInbox().map(\.id) == [open])
        #expect(try await store.tasks.unfinishedInbox().first?.message.payload == StoredMessage.payload("open"))
        #expect(try await claim(try await receive("b"), "task", "h1") == .redelivery(of: first, answered: true))
        #expect(try await store.tasks.resendReply(for: first) != nil)
        #expect(try await store.tasks.pendingReplies().map(\.reply.bytes) == [[9]])
    }

    @Test func theInboxIsReadInSteps() async throws {
        var ids: [InboxID] = []
        for index in 0..<10 { ids.append(try await receive("\(index)")) }
        let first = try await store.tasks.unfinishedInbox(limit: 4)
        #expect(first.map(\.id) == Array(ids[0..<4]))
        #expect(try await store.tasks.unfinishedInbox(after: first.last?.id, limit: 100).map(\.id) == Array(ids[4...]))
    }

    private func receive(_ content: String, sender: String? = nil) async throws -> InboxID {
        var message = StoredMessage.sample(content)
        if let sender { message.sender = sender }
        return try await store.tasks.receive(message).id
    }

    private func count(_ table: String) async throws -> Int? {
        try await store.log.store.read("rows were being counted") { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
        }
    }

    private func standing(_ id: InboxID, _ task: String, _ hash: String) async throws -> TaskClaim? {
        try await store.tasks.standing(id, taskID: task, target: "alice/heart-data", requestSHA256: hash)
    }

    private func claim(
        _ id: InboxID,
        _ task: String,
        _ hash: String,
        target: String = "alice/heart-data"
    ) async throws(StoreError) -> TaskClaim {
        try await store.tasks.claim(id, taskID: task, target: target, requestSHA256: hash, entry: .received(task: task))
    }
}
