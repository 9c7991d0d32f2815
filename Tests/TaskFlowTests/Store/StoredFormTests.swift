// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import StateStore
import StrictJSON
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

/// What later versions have to read: the forms in which messages and replies are stored, recorded.
@Suite struct StoredFormTests {
    static let message = #"""
        {"body":"AAEC\/w==","podMailboxIDs":{"acme\/ward":"worker-1"},"recipient":"acme","recipientMailboxID":"ward",\#
        "sender":"alice","senderMailboxID":"alice-1","taskID":"task-1","timestamp":"2025-06-01T12:00:00Z","type":2}
        """#
    static let shortMessage = #"""
        {"body":"","podMailboxIDs":{},"recipient":"acme","recipientMailboxID":"ward","senderMailboxID":"alice-1",\#
        "timestamp":"2025-06-01T12:00:00Z","type":99}
        """#
    static let reply = #"""
        [{"body":"AAEC\/w==","recipient":"alice","recipientMailboxID":"alice-1","sender":"acme\/ward",\#
        "senderMailboxID":"worker-1","taskID":"task-1","timestamp":"2025-06-01T12:00:01.250Z","type":3},\#
        {"abortReason":8,"body":"","recipient":"alice","recipientMailboxID":"alice-1","sender":"acme\/ward",\#
        "senderMailboxID":"worker-1","timestamp":"2025-06-01T12:00:01.250Z","type":10}]
        """#

    @Test func messages() throws {
        let whole = IncomingMessage(
            type: .jobRequest,
            body: [0, 1, 2, 255],
            recipient: "acme",
            recipientMailboxID: "ward",
            sender: "alice",
            senderMailboxID: "alice-1",
            timestamp: "2025-06-01T12:00:00Z",
            podMailboxIDs: ["acme/ward": "worker-1"],
            receiptHandle: "receipt-1",
            taskID: "task-1"
        )
        let short = IncomingMessage(
            type: MessageType(rawValue: 99),
            body: [],
            recipient: "acme",
            recipientMailboxID: "ward",
            sender: nil,
            senderMailboxID: "alice-1",
            timestamp: "2025-06-01T12:00:00Z"
        )
        for (message, recorded) in [(whole, Self.message), (short, Self.shortMessage)] {
            let stored = try StoredMessage(keeping: message)
            #expect(String(decoding: stored.payload, as: UTF8.self) == recorded)
            // The receipt belongs to the delivery, not to the message.
            var expected = message
            expected.receiptHandle = nil
            #expect(try stored.incomingMessage() == expected)
        }
    }

    @Test func replies() throws {
        let accepted = OutgoingMessage(
            type: .jobAccept,
            body: [0, 1, 2, 255],
            recipient: "alice",
            recipientMailboxID: "alice-1",
            sender: "acme/ward",
            senderMailboxID: "worker-1",
            timestamp: "2025-06-01T12:00:01.250Z",
            taskID: "task-1"
        )
        var aborted = accepted
        (aborted.type, aborted.body, aborted.taskID) = (.taskAbort, [], nil)
        aborted.abortReason = .cancelledByModeller
        let stored = try StoredReply([accepted, aborted])
        #expect(String(decoding: stored.bytes, as: UTF8.self) == Self.reply)
        #expect(try stored.outgoingMessages() == [accepted, aborted])
    }

    @Test(arguments: [message, shortMessage, reply])
    func aStrictReaderTakesThem(_ text: String) throws {
        _ = try JSONValue(parsing: Array(text.utf8))
    }

    @Test(arguments: ["", "{}", "[]", "[{}]", "null", #"[{"type":4}]"#, "\u{0}"])
    func anythingElseIsDamage(_ text: String) {
        let bytes = Array(text.utf8)
        let message = StoredMessage(receiptHandle: "", mailboxID: "", taskID: nil, sender: "", payload: bytes)
        #expect(throws: StoreError(.damaged, "")) { try message.incomingMessage() }
        #expect(throws: StoreError(.damaged, "")) { try StoredReply(bytes: bytes).outgoingMessages() }
    }

    @Test func verificationFindsRowsThatCantBeRead() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("agent.sqlite")
        let store = try AgentStore(path: path)
        let sound = try await store.tasks.receive(.sample("sound")).id
        try await store.tasks.decide(sound, entry: .decided(.accept, task: "sound"), reply: .sample("sound"))
        #expect(try await SampleLog.verify(path).findings == [])
        var unreadable = StoredMessage.sample("unreadable")
        unreadable.payload = Array("unreadable".utf8)
        let id = try await store.tasks.receive(unreadable).id
        let empty = StoredReply(bytes: Array("[]".utf8))
        let record = try await store.tasks.decide(id, entry: .decided(.accept, task: "x"), reply: empty)
        let reply = try #require(record.reply)
        let found = try await SampleLog.verify(path).findings.map(\.description)
        #expect(found.count == 2)
        #expect(found.contains { $0.contains("\(id)") && $0.contains("The payload can't be read as a message.") })
        #expect(found.contains { $0.contains("\(reply)") && $0.contains("It can't be read as a reply.") })
        try await store.close()
    }

    // MARK: The audit log's words

    @Test func theReasonsOfRepliesThatWereGivenUpAreFixed() {
        #expect(
            ReplyFailure.allCases.map(\.rawValue) == [
                "unavailable", "deadlineExceeded", "unauthenticated", "permissionDenied", "invalidArgument",
                "failedPrecondition", "notFound", "resourceExhausted", "messageTooLarge", "unimplemented", "cancelled",
                "credentialsUnavailable", "invalidEndpoint", "other", "damaged-record",
            ]
        )
        let reached = MessageServiceError.Code.allCases.map(ReplyFailure.init)
        #expect(Set(reached).union([.damaged]) == Set(ReplyFailure.allCases))
        #expect(Set(reached).count == reached.count)
    }

    @Test func theWordsOfAuthorityAndMethodAreFixed() {
        #expect(
            AuditEntry.Authority.allCases.map(\.rawValue) == ["access-manager", "policy", "operator", "fail-closed"]
        )
        #expect(
            AuditEntry.Method.allCases.map(\.rawValue) == [
                "signature", "oidc-device-code", "oidc-auth-code", "saml",
            ]
        )
        #expect(AuditEntry.Decision.allCases.map(\.rawValue) == ["accept", "reject"])
    }

    @Test(arguments: DecisionReason.allCases) func everyRefusalSaysWhoDecided(_ reason: DecisionReason) async throws {
        let entries = TaskEntries(pod: "acme/hospital", agent: "pod-agent/test")
        let task = try #require(try await ModellerRequest().intake().request).answerable
        let entry = entries.refused(task.facts, Rejection(reason, generation: .g2))
        #expect(entry.by == reason.authority)
        #expect(entry.reason == reason.rawValue)
        #expect(entry.method == .signature)
    }
}
