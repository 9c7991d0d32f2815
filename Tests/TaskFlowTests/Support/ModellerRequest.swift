// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TaskTestSupport
import Testing

@testable import TaskFlow

/// A valid task request as a genuine modeller makes it, with every part open to a test's changes.
struct ModellerRequest: Sendable {
    // The message around it.
    var type = MessageType.jobRequest
    var sender: String? = "alice"
    var senderMailboxID = "modeller-mailbox-1"
    var recipient = "acme"
    var recipientMailboxID = "ward"
    var timestamp = "2025-06-01T12:00:00Z"
    var podMailboxIDs = ["acme/ward": "worker-mailbox-1"]
    var taskID: String? = "task-1"

    // The clear part.
    var generation = Generation.g2
    var authenticationType = AuthenticationType.keyBased
    /// The clear copy of the protocol, if it is not the same.
    var clearProtocol: MessagePackMap?
    var projectID: String? = "project-1"
    var keyID: String? = "key-1"
    var flowSpec: MessagePackValue?

    // The encrypted part.
    var protocolDocument: MessagePackMap = Self.plainProtocol
    var podIdentifiers = ["acme/ward"]
    var sessionKey = [UInt8](0..<32)
    var podKey = TestKeys.pod
    /// What the request is signed with.
    var signingKey = TestKeys.modeller
    /// Other content for the encrypted part, packed.
    var innerContent: [UInt8]?
    /// Changes the ciphertext before it is signed.
    var alterCiphertext: (@Sendable (inout [UInt8]) -> Void)?
    /// Changes the whole body.
    var alterBody: (@Sendable (inout [UInt8]) -> Void)?

    /// When the request says that it was sent.
    static let sentAt = Date(timeIntervalSince1970: 1_748_779_200)

    static let plainProtocol: MessagePackMap = [
        "class_name": "bitfount.ResultsOnly",
        "algorithm": ["class_name": "bitfount.ColumnAverage", "field": "value", "table_name": "ward"],
    ]

    static let secureProtocol: MessagePackMap = [
        "class_name": "bitfount.FederatedAveraging",
        "algorithm": ["class_name": "bitfount.FederatedModelTraining", "model": ["class_name": "m", "schema": [1]]],
        "aggregator": ["class_name": "bitfount.SecureAggregator"],
    ]

    /// The message as the message service delivers it.
    func message() async throws -> IncomingMessage {
        let inner =
            try innerContent
            ?? TaskRequestCodec.encodeInner(
                protocolDocument: protocolDocument,
                podIdentifiers: podIdentifiers,
                sessionKey: sessionKey,
                generation: generation
            )
        var encrypted = try HybridEnvelope.seal(inner, to: podKey.get().publicKey)
        alterCiphertext?(&encrypted)
        var outer = OuterRequest(
            generation: generation,
            protocolDocument: clearProtocol ?? protocolDocument,
            authenticationType: authenticationType,
            encryptedRequest: encrypted,
            projectID: projectID,
            keyID: keyID,
            flowSpec: flowSpec
        )
        if authenticationType == .keyBased {
            outer.signature = try await signingKey.get().signPSS(encrypted)
        }
        var body = try TaskRequestCodec.encodeOuter(outer)
        alterBody?(&body)
        return message(body: body)
    }

    /// The message around a given body.
    func message(body: [UInt8]) -> IncomingMessage {
        IncomingMessage(
            type: type,
            body: body,
            recipient: recipient,
            recipientMailboxID: recipientMailboxID,
            sender: sender,
            senderMailboxID: senderMailboxID,
            timestamp: timestamp,
            podMailboxIDs: podMailboxIDs,
            receiptHandle: "receipt-1",
            taskID: taskID
        )
    }

    /// What the intake makes of the request.
    func intake(
        now: Date = Self.sentAt,
        limits: IntakeLimits = IntakeLimits(),
        pod: PodContext = Self.pod
    ) async throws -> IntakeResult {
        let message = try await message()
        return try await Self.read(message, now: now, limits: limits, pod: pod)
    }

    /// What the intake of the pod `acme/hospital` with the datasets `ward` and `clinic` makes of a message.
    static func read(
        _ message: IncomingMessage,
        now: Date = Self.sentAt,
        limits: IntakeLimits = IntakeLimits(),
        pod: PodContext = Self.pod
    ) async throws -> IntakeResult {
        let intake = TaskIntake(podKey: try TestKeys.pod.get(), limits: limits, wallClock: { now })
        return await intake.read(message, body: message.body, pod: pod)
    }

    static let pod = PodContext(
        ownerUsername: "acme",
        podName: "hospital",
        identifiers: ["acme/ward", "acme/clinic"]
    )
}

extension IntakeResult {
    /// The request, if it passed.
    var request: TaskRequest? {
        if case .task(let request) = self { request } else { nil }
    }

    /// The refusal, if it can be told.
    var rejection: Rejection? {
        if case .rejected(_, let rejection) = self { rejection } else { nil }
    }

    /// Why it was refused, if it was.
    var reason: DecisionReason? {
        switch self {
        case .task: nil
        case .rejected(_, let rejection): rejection.reason
        case .malformed(let task): task.reason
        }
    }
}

extension ModellerRequest {
    /// What a modeller sends into the worker mailbox of a request, sealed with the task's key.
    static func answer(_ type: MessageType, to message: IncomingMessage) async throws -> IncomingMessage {
        let task = try #require(try await read(message).answerable)
        return IncomingMessage(
            type: type,
            body: try task.cipher.seal(.null),
            recipient: "acme",
            recipientMailboxID: task.workerMailboxID,
            sender: task.modeller,
            senderMailboxID: task.modellerMailboxID,
            timestamp: "2025-06-01T12:00:01Z",
            receiptHandle: "answer-1",
            taskID: task.taskID
        )
    }
}
