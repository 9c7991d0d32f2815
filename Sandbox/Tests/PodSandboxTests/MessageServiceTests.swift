// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Foundation
import GRPCCore
import MessagePack
import PodSandbox
import Testing

@Suite struct MessageServiceTests {
    private func withPod<Result: Sendable>(
        visibility: Duration = .seconds(30),
        _ body: @escaping @Sendable (TestPod, ScriptedModeller) async throws -> Result
    ) async throws -> Result {
        let key = try SandboxKeys.privateKey("pod")
        let modellerKey = try SandboxKeys.privateKey("modeller")
        var configuration = try SandboxKeys.configuration()
        configuration.visibility = visibility
        return try await withSandbox(configuration) { sandbox async throws in
            let modeller = sandbox.addModeller("alice", signingKey: modellerKey)
            return try await TestPod.with(sandbox, key: key) { pod in try await body(pod, modeller) }
        }
    }

    private func code(_ call: () async throws -> Void) async -> RPCError.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? RPCError)?.code
        }
    }

    @Test func podConnectIsChecked() async throws {
        try await withPod { pod, _ async throws in
            #expect(await code { try await pod.connect() } == .failedPrecondition)
            try await pod.register()
            var long = pod.description
            long.podName = String(repeating: "a", count: 80)
            #expect(await code { try await pod.connect(long) } == .invalidArgument)
            var odd = pod.description
            odd.datasetNames = ["Heart"]
            #expect(await code { try await pod.connect(odd) } == .invalidArgument)
            #expect(await code { try await pod.connect() } == nil)
            #expect(await code { try await pod.connect() } == nil)
        }
    }

    @Test func bothPollStyles() async throws {
        try await withPod { pod, modeller async throws in
            try await pod.register()
            #expect(await code { _ = try await pod.poll(nil) } == .failedPrecondition)
            #expect(await code { _ = try await pod.poll("hospital-a") } == .failedPrecondition)
            try await pod.connect()
            #expect(await code { _ = try await pod.poll(nil) } == .notFound)
            #expect(await code { _ = try await pod.poll("hospital-a") } == .notFound)

            try await modeller.submit(TaskSubmission(["acme/heart-data"]))
            try await modeller.submit(TaskSubmission(["acme/heart-data"]))
            let first = try await pod.poll(nil)
            let second = try await pod.poll("hospital-a")
            #expect(first.taskID != second.taskID)
            #expect(first.recipient == "acme/heart-data")
            #expect(first.recipientMailboxID == "heart-data")
            #expect(first.sender == "alice")
            try await pod.acknowledge(first, in: first.recipientMailboxID)
            try await pod.acknowledge(second, in: "hospital-a")
            #expect(await code { try await pod.acknowledge(first, in: "nowhere") } == .failedPrecondition)
            var forged = first
            forged.receiptHandle = "forged"
            #expect(await code { try await pod.acknowledge(forged, in: "heart-data") } == .invalidArgument)
            #expect(
                await code { try await pod.acknowledge(first, in: "heart-data", deleting: true) } == .permissionDenied
            )
        }
    }

    @Test func unacknowledgedMessagesComeAgain() async throws {
        try await withPod { pod, modeller async throws in
            try await pod.register()
            try await pod.connect()
            try await modeller.submit(TaskSubmission(["acme/heart-data"]))
            let first = try await pod.poll(nil)
            #expect(await code { _ = try await pod.poll(nil) } == .notFound)
            pod.sandbox.messageService.expireDeliveries()
            let second = try await pod.poll(nil)
            #expect(second.taskID == first.taskID)
            #expect(second.receiptHandle != first.receiptHandle)
            // The receipt of the first delivery is as good as that of the second.
            try await pod.acknowledge(first, in: "heart-data")
            pod.sandbox.messageService.expireDeliveries()
            #expect(await code { _ = try await pod.poll(nil) } == .notFound)
        }
    }

    @Test func mailboxesOfOthersAreClosed() async throws {
        try await withPod { pod, modeller async throws in
            try await pod.register()
            try await pod.connect()
            try await modeller.submit(TaskSubmission(["acme/heart-data"]))
            let message = try await pod.nextMessage()
            #expect(await code { _ = try await pod.poll(message.senderMailboxID) } == .permissionDenied)
            #expect(await code { _ = try await pod.poll("unknown") } == .failedPrecondition)
            let opened = try await pod.open(message)
            try await pod.reply(.jobReject, .map(["NO_ACCESS": .array([])]), to: opened)
            var foreign = Messages_BitfountMessage()
            foreign.messageType = .jobAccept
            foreign.recipient = "alice"
            foreign.recipientMailboxID = message.senderMailboxID
            foreign.senderMailboxID = opened.worker
            foreign.sender = "mallory/heart-data"
            foreign.timestamp = "2030-01-01T00:00:00Z"
            foreign.taskID = message.taskID
            let request = pod.request(foreign)
            let answer = await code { _ = try await pod.service.sendBitfountMessage(request: request) }
            #expect(answer == .permissionDenied)
            let sent = pod.sandbox.messageService.sentMessages
            #expect(sent.map(\.type) == [.jobReject])
            #expect(sent.first?.sender == "acme/heart-data")
        }
    }

    @Test func credentialsAreChecked() async throws {
        try await withPod { pod, _ async throws in
            try await pod.register()
            func connect(_ metadata: Metadata) async -> RPCError.Code? {
                await code {
                    _ = try await pod.service.podConnect(
                        request: ClientRequest(message: pod.description, metadata: metadata)
                    )
                }
            }
            let owner = pod.sandbox.owner
            #expect(await connect([:]) == .unauthenticated)
            #expect(
                await connect([
                    "x-api-key-id": .string(owner.apiKeyID), "x-api-key": .string(owner.apiKey),
                ]) == .unauthenticated
            )
            let token = try pod.sandbox.identityProvider.issueToken(to: owner.username)
            #expect(await connect(["token": .string("Bearer \(token)")]) == .unauthenticated)
            #expect(await connect(["token": .string(token)]) == nil)
            // A user without a cluster has no queue that the service could find.
            var poll = Messages_CommunicationDetails()
            let anonymous = ClientRequest(message: poll, metadata: ["token": .string(token)])
            #expect(await code { _ = try await pod.service.getBitfountMessage(request: anonymous) } == .invalidArgument)
            pod.sandbox.hub.addCluster("c-1", name: "c", owner: "acme", datasets: ["acme/heart-data"])
            poll.computeClusterID = "c-1"
            let clustered = ClientRequest(message: poll, metadata: ["token": .string(token)])
            #expect(await code { _ = try await pod.service.getBitfountMessage(request: clustered) } == .notFound)
        }
    }
}
