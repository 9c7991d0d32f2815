// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// Random operations on the store and on the model of it, with restarts and copies of the files in between.
@Suite struct TaskModelTests {
    @Test(arguments: 0..<12) func theStoreDoesWhatTheModelDoes(_ seed: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("agent.sqlite")
        var generator = SeededGenerator(seed: UInt64(seed))
        var model = TaskModel()
        var store = try AgentStore(path: path)
        for step in 0..<150 {
            try await Self.randomStep(store, &model, &generator)
            switch Int.random(in: 0..<25, using: &generator) {
            case 0:
                try await store.close()
                store = try AgentStore(path: path)
                try await model.check(store)
            case 1:
                // What another process would find if the power failed now.
                let copy = directory.path("copy-\(step).sqlite")
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
                let survivor = try AgentStore(path: copy)
                try await model.check(survivor)
                try await survivor.close()
            default:
                break
            }
        }
        try await model.check(store)
        try await store.close()
    }

    private static func randomStep(
        _ store: AgentStore,
        _ model: inout TaskModel,
        _ generator: inout SeededGenerator
    ) async throws {
        let id = model.messages.keys.sorted().randomElement(using: &generator)
        let replyID = model.replies.keys.sorted { $0.rawValue < $1.rawValue }.randomElement(using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0, 1: try await receive(store, &model, &generator)
        case 2: if let id { try await claim(id, store, &model, &generator) }
        case 3:
            guard let id else { return }
            try await store.tasks.markAcknowledged(id)
            model.messages[id]?.isAcknowledged = true
        case 4:
            guard let id else { return }
            try await expectOpen(id, model) {
                try await store.tasks.beginIdentity(id, entry: AuditEntry(.identityChallenged))
            }
            guard model.messages[id]?.state != "done" else { return }
            model.messages[id]?.state = "identity"
            model.entries.append(.identityChallenged)
        case 5, 6: if let id { try await decide(id, store, &model, &generator) }
        case 7:
            guard let replyID else { return }
            let wasPending = model.replies[replyID]?.state == "pending"
            if Bool.random(using: &generator) {
                #expect((try await store.tasks.markSent(replyID, entry: AuditEntry(.replySent)) != nil) == wasPending)
                guard wasPending else { return }
                model.replies[replyID]?.state = "sent"
                model.entries.append(.replySent)
            } else {
                let givesUp = Bool.random(using: &generator)
                try await store.tasks.markFailed(
                    replyID,
                    nextAttempt: givesUp ? nil : Date(),
                    entry: AuditEntry(.replyFailed)
                )
                guard wasPending else { return }
                model.replies[replyID]?.attempts += 1
                if givesUp { model.replies[replyID]?.state = "abandoned" }
                model.entries.append(.replyFailed)
            }
        default:
            guard let id else { return }
            #expect(try await store.tasks.resendReply(for: id) == model.renewReply(to: id))
        }
    }

    private static func receive(
        _ store: AgentStore,
        _ model: inout TaskModel,
        _ generator: inout SeededGenerator
    ) async throws {
        let message = StoredMessage.sample(
            "\(Int.random(in: 0..<6, using: &generator))",
            receipt: "receipt-\(Int.random(in: 0..<4, using: &generator))",
            mailbox: "mailbox-\(Int.random(in: 0..<2, using: &generator))"
        )
        let known = model.known(message)
        let receipt = try await store.tasks.receive(message)
        #expect(receipt.isNew == (known == nil))
        if let known { #expect(receipt.id == known) }
        if receipt.isNew { #expect(model.messages[receipt.id] == nil) }
        var row = model.messages[receipt.id] ?? TaskModel.Message(message: message)
        row.message.receiptHandle = message.receiptHandle
        row.isAcknowledged = false
        model.messages[receipt.id] = row
    }

    private static func claim(
        _ id: InboxID,
        _ store: AgentStore,
        _ model: inout TaskModel,
        _ generator: inout SeededGenerator
    ) async throws {
        let task = ["", "t1", "t2", "t3"].randomElement(using: &generator) ?? ""
        let target = ["alice/heart", "alice/lung"].randomElement(using: &generator) ?? ""
        let hash = "h\(Int.random(in: 0..<6, using: &generator))"
        let claim = try await store.tasks.claim(
            id,
            taskID: task,
            target: target,
            requestSHA256: hash,
            entry: .received(task: task)
        )
        #expect(claim == model.claim(id, task: task, target: target, hash: hash))
    }

    private static func decide(
        _ id: InboxID,
        _ store: AgentStore,
        _ model: inout TaskModel,
        _ generator: inout SeededGenerator
    ) async throws {
        let bytes = [UInt8.random(in: 0...255, using: &generator)]
        let reply = Bool.random(using: &generator) ? StoredReply(bytes: bytes) : nil
        var record: DecisionRecord?
        try await expectOpen(id, model) {
            record = try await store.tasks.decide(id, entry: AuditEntry(.accessDecision), reply: reply)
        }
        guard let record else { return }
        #expect((record.reply == nil) == (reply == nil))
        model.messages[id]?.state = "done"
        model.entries.append(.accessDecision)
        guard let replyID = record.reply else { return }
        #expect(model.replies[replyID] == nil)
        model.messages[id]?.reply = replyID
        model.replies[replyID] = TaskModel.Reply(owner: id, bytes: bytes)
    }

    /// Runs `body`, which must fail exactly if the message is finished.
    private static func expectOpen(_ id: InboxID, _ model: TaskModel, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            #expect(model.messages[id]?.state != "done")
        } catch let error as StoreError where error.code == .alreadyDecided {
            #expect(model.messages[id]?.state == "done")
        }
    }
}
