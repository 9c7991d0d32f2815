// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import MessagePack
import Testing

@testable import TaskFlow

@Suite("Answers to a task")
struct AnswerTests {
    private let sentAt = Date(timeIntervalSince1970: 1_748_779_201.25)

    @Test("A rejection goes to the modeller's mailbox, in the modeller's framing", arguments: Generation.allCases)
    func rejection(generation: Generation) async throws {
        let request = ModellerRequest(generation: generation, flowSpec: ["x": 1])
        guard case .rejected(let task, let rejection) = try await request.intake() else {
            Issue.record("not rejected")
            return
        }
        let message = try task.rejection(rejection, at: sentAt)
        #expect(message.type == .jobReject)
        #expect(message.recipient == "alice")
        #expect(message.recipientMailboxID == "modeller-mailbox-1")
        #expect(message.sender == "acme/ward")
        #expect(message.senderMailboxID == "worker-mailbox-1")
        #expect(message.timestamp == "2025-06-01T12:00:01.250Z")
        #expect(message.taskID == "task-1")
        #expect(message.abortReason == nil)

        let expected: MessagePackValue =
            generation == .g1
            ? ["NO_ACCESS": []] : ["TASK_SETUP_ERROR": ["Flow specifications are not supported"]]
        #expect(try task.cipher.open(message.body) == expected)
    }

    @Test(
        "An abort is sent twice to the first generation, and with a reason that it knows",
        arguments: Generation.allCases
    )
    func abort(generation: Generation) async throws {
        let task = try #require(try await ModellerRequest(generation: generation).intake().request).answerable
        let messages = try task.abort("The task took too long", reason: .limitsExceeded, at: sentAt)
        let message = try #require(messages.first)
        #expect(messages == Array(repeating: message, count: generation == .g1 ? 2 : 1))
        #expect(message.type == .taskAbort)
        #expect(message.abortReason == (generation == .g1 ? .workerError : .limitsExceeded))
        #expect(try task.cipher.open(message.body) == "The task took too long")
    }

    @Test("No refusal ever carries the key that modellers take for an acceptance", arguments: DecisionReason.allCases)
    func neverAccept(reason: DecisionReason) async throws {
        let task = try #require(try await ModellerRequest().intake().request).answerable
        for generation in Generation.allCases {
            let message = try task.rejection(Rejection(reason, generation: generation), at: sentAt)
            let content = try #require(try task.cipher.open(message.body).mapValue)
            #expect(content.count == 1)
            #expect(content["ACCEPT"] == nil)
        }
    }

    @Test("An acceptance names the target, byte for byte", arguments: Generation.allCases)
    func acceptance(generation: Generation) async throws {
        let request = try #require(try await ModellerRequest(generation: generation).intake().request)
        let message = try AuthorisedTask(request: request, limits: []).acceptance(at: sentAt)
        #expect(message.type == .jobAccept)
        #expect(message.sender == "acme/ward")
        #expect(try request.answerable.cipher.open(message.body) == ["ACCEPT": "acme/ward"])
    }
}
