// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import GRPCCore
import Testing

@testable import BitfountMessaging

/// What each call puts on the wire, and what it makes of the answer.
@Suite(.timeLimit(.minutes(1)))
struct CallTests {
    private let service = ScriptedService()

    private func withService<Result: Sendable>(
        _ body: @escaping @Sendable (MessageServiceClient) async throws -> Result
    ) async throws -> Result {
        try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", body)
        }
    }

    @Test
    func connectDescribesThePod() async throws {
        let host = PodDescription.Host(
            processor: "x86_64",
            operatingSystem: "Linux",
            processorCount: 4,
            memoryBytes: 1 << 40
        )
        let pod = PodDescription(name: "hospital", datasetNames: ["ward", "lab"], instanceID: "id", host: host)
        try await withService { try await $0.connect(pod) }

        let received = try #require(service.received.pods.first)
        #expect(received.podName == "hospital")
        #expect(received.datasetNames == ["ward", "lab"])
        #expect(received.instanceID == "id")
        #expect(received.processor == "x86_64")
        #expect(received.podOs == "Linux")
        #expect(received.cpuCount == 4)
        #expect(received.totalMemoryBytes == 1 << 40)
        #expect(received.gpuCount == 0 && !received.hasGpuName)
    }

    @Test
    func bothPollStylesNameTheirMailbox() async throws {
        try await withService { client in
            _ = try await client.nextMessage(in: .named("hospital"))
            _ = try await client.nextMessage(in: .byCredential(clusterID: "cluster"))
            _ = try await client.nextMessage(in: .byCredential(clusterID: nil))
        }
        let polls = service.received.polls
        #expect(polls.map(\.hasMailboxID) == [true, false, false])
        #expect(polls.map(\.mailboxID) == ["hospital", "", ""])
        #expect(polls.map(\.hasComputeClusterID) == [false, true, false])
        #expect(polls.map(\.computeClusterID) == ["", "cluster", ""])
    }

    @Test
    func anEmptyMailboxIsNoError() async throws {
        let message = try await withService { try await $0.nextMessage(in: .named("hospital")) }
        #expect(message == nil)
    }

    @Test
    func everyFieldOfAMessageArrives() async throws {
        var wire = Messages_BitfountMessage()
        wire.messageType = .jobRequest
        wire.body = Data([0, 1, 255])
        wire.recipient = "acme"
        wire.recipientMailboxID = "ward"
        wire.sender = "alice"
        wire.senderMailboxID = "modeller-mailbox"
        wire.timestamp = "2030-01-02T03:04:05Z"
        wire.podMailboxIds = ["acme/ward": "worker-mailbox"]
        wire.receiptHandle = "receipt"
        wire.taskID = "task"
        service.deliver(wire)
        let message = try await withService { try await $0.nextMessage(in: .named("ward")) }
        let expected = IncomingMessage(
            type: .jobRequest,
            body: [0, 1, 255],
            recipient: "acme",
            recipientMailboxID: "ward",
            sender: "alice",
            senderMailboxID: "modeller-mailbox",
            timestamp: "2030-01-02T03:04:05Z",
            podMailboxIDs: ["acme/ward": "worker-mailbox"],
            receiptHandle: "receipt",
            taskID: "task"
        )
        #expect(message == expected)
    }

    @Test
    func anUnknownTypeAndMissingFieldsAreKept() async throws {
        var wire = Messages_BitfountMessage()
        wire.messageType = .UNRECOGNIZED(4_711)
        service.deliver(wire)
        let message = try #require(try await withService { try await $0.nextMessage(in: .named("ward")) })
        #expect(message.type == MessageType(rawValue: 4_711))
        #expect(message.sender == nil && message.receiptHandle == nil && message.taskID == nil)
    }

    @Test
    func acknowledgingSaysWhetherTheMailboxGoes() async throws {
        try await withService { client in
            try await client.acknowledge("r1", mailboxID: "ward", deletingMailbox: false)
            try await client.acknowledge("r2", mailboxID: "worker", deletingMailbox: true)
        }
        let received = service.received.acknowledgements
        #expect(received.map(\.receiptHandle) == ["r1", "r2"])
        #expect(received.map(\.mailboxID) == ["ward", "worker"])
        #expect(received.map(\.hasDeleteMailbox) == [true, true])
        #expect(received.map(\.deleteMailbox) == [false, true])
    }

    @Test
    func everyFieldOfAMessageIsSent() async throws {
        var abort = OutgoingMessage.example
        abort.type = .taskAbort
        abort.abortReason = .workerError
        abort.taskID = nil
        try await withService { [abort] client in
            try await client.send(.example)
            try await client.send(abort)
        }
        let sent = try #require(service.received.sent.first)
        #expect(sent.messageType == .jobAccept)
        #expect(sent.body == Data([1, 2, 3]))
        #expect(sent.recipient == "alice")
        #expect(sent.recipientMailboxID == "modeller-mailbox")
        #expect(sent.sender == "acme/ward")
        #expect(sent.senderMailboxID == "worker-mailbox")
        #expect(sent.timestamp == "2030-01-02T03:04:05Z")
        #expect(sent.taskID == "task")
        #expect(!sent.hasMessageMetadata)

        // The reason with the number 0 is sent all the same.
        let second = try #require(service.received.sent.last)
        #expect(second.messageType == .taskAbort)
        #expect(second.messageMetadata.hasReason && second.messageMetadata.reason == .workerError)
        #expect(!second.hasTaskID)
    }

    @Test
    func aMessageThatTheServiceHasAlreadyCountsAsSent() async throws {
        service.fail(with: [
            RPCError(code: .unavailable, message: "lost the answer"), RPCError(code: .alreadyExists, message: "known"),
        ])
        try await withService { try await $0.send(.example) }
        #expect(service.received.metadata.count == 2)
    }
}
