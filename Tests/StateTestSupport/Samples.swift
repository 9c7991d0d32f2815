// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import TaskFlow

extension AuditEntry {
    /// An entry with every field set.
    static var complete: AuditEntry {
        var entry = AuditEntry(.accessDecision)
        entry.pod = "alice/hospital-a"
        entry.dataset = "alice/heart-data"
        entry.task = "0c6f7c1e-1f6a-4f9e-9d0e-7b8a3c2d1e0f"
        entry.project = "project-1"
        entry.requestSHA256 = String(repeating: "ab", count: 32)
        entry.modeller = "bob"
        entry.method = .oidcAuthorizationCode
        entry.keyID = "key-7"
        entry.protocolName = "bitfount.ResultsOnly"
        entry.algorithms = ["bitfount.ColumnAverage", "bitfount.SqlQuery"]
        entry.protocolSHA256 = String(repeating: "cd", count: 32)
        entry.accessManager = AccessManagerAnswer(
            status: 200,
            code: "NO_ACCESS",
            limitsSHA256: String(repeating: "ef", count: 32),
            milliseconds: 41
        )
        entry.policy = PolicyResult(sha256: String(repeating: "12", count: 32), rule: "default", result: "allow")
        entry.approvals = ["carol"]
        entry.decision = .reject
        entry.by = .accessManager
        entry.reason = "access-manager-no-access"
        entry.agent = "pod-agent/0.1.0"
        entry.reference = "reply 1"
        return entry
    }

    static func received(task: String, modeller: String = "bob", dataset: String = "alice/heart-data") -> AuditEntry {
        var entry = AuditEntry(.taskReceived)
        entry.task = task
        entry.modeller = modeller
        entry.dataset = dataset
        return entry
    }

    static func decided(_ decision: Decision, task: String, modeller: String = "bob") -> AuditEntry {
        var entry = AuditEntry(.accessDecision)
        entry.task = task
        entry.modeller = modeller
        entry.dataset = "alice/heart-data"
        entry.decision = decision
        return entry
    }
}

extension StoredMessage {
    static func sample(_ content: String, receipt: String = "receipt-1", mailbox: String = "heart-data")
        -> StoredMessage
    {
        StoredMessage(
            receiptHandle: receipt,
            mailboxID: mailbox,
            taskID: "task-\(content)",
            sender: "bob",
            payload: payload(content)
        )
    }

    /// What is kept of a message, as ``StoredMessage/init(keeping:)`` writes it.
    static func payload(_ content: String, sender: String = "bob") -> [UInt8] {
        Array(
            """
            {"body":"","podMailboxIDs":{},"recipient":"alice","recipientMailboxID":"heart-data",\
            "sender":"\(sender)","senderMailboxID":"\(sender)-1","taskID":"\(content)",\
            "timestamp":"2025-11-22T03:00:00Z","type":2}
            """.utf8
        )
    }

    /// What a sample was made of.
    var sampleContent: String? { (try? incomingMessage())?.taskID }
}

extension StoredReply {
    static func sample(_ content: String) -> StoredReply {
        StoredReply(
            bytes: Array(
                """
                [{"body":"","recipient":"bob","recipientMailboxID":"bob-1","sender":"alice","senderMailboxID":"heart-data",\
                "taskID":"\(content)","timestamp":"2025-11-22T03:00:00Z","type":4}]
                """.utf8
            )
        )
    }

    /// What a sample was made of.
    var sampleContent: String? { (try? outgoingMessages())?.first?.taskID }
}

extension AsyncSequence {
    func collected() async throws -> [Element] {
        var all: [Element] = []
        for try await element in self { all.append(element) }
        return all
    }
}
