// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// What the store should say, kept in plain collections: the rules once more, without SQL.
struct TaskModel {
    struct Message: Equatable {
        var message: StoredMessage
        var isAcknowledged = false
        var state = "received"
        var reply: ReplyID?
    }

    struct Claim: Equatable {
        var task: String
        var target: String
        var hash: String
        var owner: InboxID
    }

    struct Reply: Equatable {
        var owner: InboxID
        var bytes: [UInt8]
        var state = "pending"
        var attempts = 0
    }

    var entries: [AuditEntryType] = []
    var messages: [InboxID: Message] = [:]
    var claims: [Claim] = []
    var replies: [ReplyID: Reply] = [:]

    func known(_ message: StoredMessage) -> InboxID? {
        messages.first {
            $0.value.state != "done" && $0.value.message.payload == message.payload
                && $0.value.message.mailboxID == message.mailboxID
        }?.key
    }

    mutating func claim(_ id: InboxID, task: String, target: String, hash: String) -> TaskClaim {
        if claims.contains(where: { $0.owner == id }) { return .fresh }
        if let earlier = claims.first(where: { $0.hash == hash }) {
            guard earlier.task == task, earlier.target == target else { return .replayedRequest }
            return .redelivery(of: earlier.owner, answered: messages[earlier.owner]?.state == "done")
        }
        claims.append(Claim(task: task, target: target, hash: hash, owner: id))
        entries.append(.taskReceived)
        return .fresh
    }

    /// Makes the reply to a message wait again; what is returned is the reply's id.
    mutating func renewReply(to id: InboxID) -> ReplyID? {
        guard let reply = messages[id]?.reply, let row = replies[reply] else { return nil }
        guard row.state != "pending" else { return reply }
        guard row.attempts < TaskStoreLimits().replyAttempts else { return nil }
        replies[reply]?.state = "pending"
        replies[reply]?.attempts += 1
        return reply
    }

    /// Compares everything that can be read with what should be there.
    func check(_ store: AgentStore) async throws {
        let recorded = try await store.entries().collected()
        #expect(recorded.map(\.entry.type) == entries)
        #expect(recorded.map(\.sequence) == Array(0..<Int64(entries.count)))
        let unfinished = try await store.tasks.unfinishedInbox(limit: .max)
        #expect(unfinished.map(\.id) == messages.filter { $0.value.state != "done" }.keys.sorted())
        for row in unfinished {
            let expected = messages[row.id]
            #expect(row.message == expected?.message)
            #expect(row.state?.rawValue == expected?.state)
            #expect(row.isAcknowledged == expected?.isAcknowledged)
        }
        let pending = try await store.tasks.pendingReplies(limit: .max)
        let expected = replies.filter { $0.value.state == "pending" }
        #expect(Set(pending.map(\.id)) == Set(expected.keys))
        for reply in pending {
            #expect(reply.reply.bytes == expected[reply.id]?.bytes)
            #expect(reply.inboxID == expected[reply.id]?.owner)
            #expect(reply.attempts == expected[reply.id]?.attempts)
        }
    }
}
