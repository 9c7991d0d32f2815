// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import MessagePack
import Testing

@testable import TaskFlow

@Suite("Who may speak in a worker mailbox")
struct WorkerMessageGuardTests {
    private func task(taskID: String? = "task-1", sender: String = "alice") async throws -> AnswerableTask {
        try #require(try await ModellerRequest(sender: sender, taskID: taskID).intake().request).answerable
    }

    private func message(_ body: [UInt8], sender: String? = "alice", taskID: String? = "task-1") -> IncomingMessage {
        IncomingMessage(
            type: .oidcDeviceCodeResponse,
            body: body,
            recipient: "acme/ward",
            recipientMailboxID: "worker-mailbox-1",
            sender: sender,
            senderMailboxID: "modeller-mailbox-1",
            timestamp: "2025-06-01T12:00:02Z",
            taskID: taskID
        )
    }

    @Test("The task's modeller may")
    func modeller() async throws {
        let task = try await task()
        let message = message(try task.cipher.seal(["a": 1]))
        #expect(try WorkerMessageGuard(task).open(message) == ["a": 1])
    }

    @Test("Nobody else may, even with the key", arguments: [nil, "", "bob", "Alice", "alice ", "alic\u{435}"])
    func foreignSender(sender: String?) async throws {
        let task = try await task()
        let message = message(try task.cipher.seal(.null), sender: sender)
        #expect(throws: WorkerMessageRefusal.foreignSender) { try WorkerMessageGuard(task).open(message) }
    }

    @Test("An equivalent spelling of other bytes is somebody else")
    func equivalentSender() async throws {
        let task = try await task(sender: "K9")
        let message = message(try task.cipher.seal(.null), sender: "\u{212A}9")
        #expect(throws: WorkerMessageRefusal.foreignSender) { try WorkerMessageGuard(task).open(message) }
    }

    @Test("A message of another task is refused", arguments: [nil, "", "task-2", "task-1 "])
    func foreignTask(taskID: String?) async throws {
        let task = try await task()
        let message = message(try task.cipher.seal(.null), taskID: taskID)
        #expect(throws: WorkerMessageRefusal.foreignTask) { try WorkerMessageGuard(task).open(message) }
    }

    @Test("A task without id only takes messages without id", arguments: [nil, ""])
    func noTaskID(taskID: String?) async throws {
        let task = try await task(taskID: nil)
        let body = try task.cipher.seal(.null)
        #expect(try WorkerMessageGuard(task).open(message(body, taskID: taskID)) == .null)
        #expect(throws: WorkerMessageRefusal.foreignTask) { try WorkerMessageGuard(task).open(message(body)) }
    }

    @Test("What the session key does not open is refused")
    func undecryptable() async throws {
        let task = try await task()
        let sealed = try task.cipher.seal(["a": 1])
        var changed = sealed
        changed[0] ^= 1
        let otherKey = TaskMessageCipher(key: try SessionKey(bytes: [UInt8](repeating: 9, count: 32)), generation: .g2)
        let otherGeneration = TaskMessageCipher(key: try SessionKey(bytes: Array(0..<32)), generation: .g1)
        let bodies = [
            [], changed, Array(sealed.dropLast()), try otherKey.seal(["a": 1]), try otherGeneration.seal(["a": 1]),
            try Generation.g2.pack(["a": 1]),
        ]
        for body in bodies {
            #expect(throws: WorkerMessageRefusal.undecryptable) {
                try WorkerMessageGuard(task).open(message(body))
            }
        }
    }
}
