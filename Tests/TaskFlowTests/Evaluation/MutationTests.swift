// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TestSupport
import Testing

@testable import TaskFlow

/// The property that the whole target is for: whatever somebody does to a valid request, it is accepted only if the
/// Access Manager was asked about exactly what the accepted request holds, and allowed that.
///
/// The Access Manager of these tests allows everything, so nothing here is refused by its judgement.
@Suite("Single changes to valid requests")
struct MutationTests {
    typealias Mutation = @Sendable (inout ModellerRequest, inout SeededGenerator) -> Void

    /// One for each field of the message, the clear part and the encrypted part.
    static let fields: [Mutation] = [
        { $0.type = MessageType(rawValue: .random(in: 0...60, using: &$1)) },
        { $0.sender = text(&$1) },
        { $0.senderMailboxID = text(&$1) },
        { $0.recipient = text(&$1) },
        { $0.recipientMailboxID = text(&$1) },
        { $0.timestamp = text(&$1) },
        { $0.taskID = text(&$1) },
        { $0.podMailboxIDs[text(&$1)] = text(&$1) },
        { $0.podMailboxIDs["acme/ward"] = text(&$1) },
        { $0.podMailboxIDs = [text(&$1): text(&$1)] },
        { $0.authenticationType = AuthenticationType(rawValue: text(&$1)) },
        { $0.clearProtocol = changed($0.protocolDocument, &$1) },
        { $0.projectID = text(&$1) },
        { $0.keyID = text(&$1) },
        { $0.flowSpec = value(&$1) },
        { $0.protocolDocument = changed($0.protocolDocument, &$1) },
        { $0.podIdentifiers = [text(&$1)] },
        { $0.podIdentifiers.append(text(&$1)) },
        { $0.sessionKey = $1.bytes(.random(in: 0...64, using: &$1)) },
        { request, random in
            let bytes = random.bytes(.random(in: 0...600, using: &random))
            request.innerContent = bytes
        },
        { request, random in
            let change = random.next()
            request.alterCiphertext = { flip(&$0, change) }
        },
        { request, random in
            let change = random.next()
            request.alterBody = { flip(&$0, change) }
        },
        { request, random in
            let length = Int.random(in: 0..<1_000, using: &random)
            request.alterBody = { $0 = Array($0.prefix(length)) }
        },
        { request, random in
            let bytes = random.bytes(.random(in: 0...600, using: &random))
            request.alterBody = { $0 = bytes }
        },
    ]

    @Test(
        "An accepted request is the one that the Access Manager was asked about",
        arguments: Generation.allCases,
        Array(fields.indices)
    )
    func acceptedOnlyAsAsked(generation: Generation, field: Int) async throws {
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        for round in 0..<8 {
            var random = SeededGenerator(seed: UInt64(field * 100 + round))
            var request = ModellerRequest(generation: generation)
            Self.fields[field](&request, &random)
            let message = try await request.message()
            guard case .task(let task) = try await ModellerRequest.read(message) else { continue }
            let questions = scene.accessManager.requests.count
            guard let authorised = await scene.evaluate(task).authorised else { continue }

            let asked = scene.accessManager.requests.dropFirst(questions)
            #expect(asked.count == 1)
            try expect(try #require(asked.first), asksAbout: message)
            let acceptance = try authorised.acceptance(at: ModellerRequest.sentAt)
            #expect(acceptance.recipient == message.sender)
            #expect(acceptance.recipientMailboxID == message.senderMailboxID)
            #expect(message.podMailboxIDs[acceptance.sender] == acceptance.senderMailboxID)
            #expect((acceptance.taskID ?? "") == (message.taskID ?? ""))
        }
    }

    /// Compares a question with the bytes of the request itself, read without the intake.
    private func expect(_ question: ScriptedService.Request, asksAbout message: IncomingMessage) throws {
        let json = try #require(try OrderedJSON.parse(question.body).mapValue)
        let outer = try TaskRequestCodec().decodeOuter(message.body)
        let target = try #require(json["podIdentifier"]?.stringValue)
        #expect(ModellerRequest.pod.identifiers.contains(target))
        #expect(message.podMailboxIDs.keys.contains(target))
        #expect(json["modellerName"]?.stringValue == message.sender)
        #expect(json["projectId"] == outer.projectID.map { .string($0) } ?? .null)
        #expect(json["publicKeyId"] == outer.keyID.map { .string($0) } ?? .null)
        #expect(json["unsignedTask"] == .string(Data(outer.encryptedRequest).base64EncodedString()))
        let signature = try #require(outer.signature)
        #expect(json["taskSignature"] == .string(Data(signature).base64EncodedString()))
        // The protocols of these requests have no schema to leave out, and the clear copy has to be the encrypted one.
        #expect(json["modellerProtocolRequest"] == .map(outer.protocolDocument))
        #expect(outer.hasFlowSpec == false)
    }

    // MARK: Random content

    /// Texts among which are those that nearly fit.
    private static func text(_ random: inout SeededGenerator) -> String {
        let candidates = [
            "", "a", "acme", "acme/ward", "acme/clinic", "acme/hospital", "mallory/ward", "ward", "clinic", "bob",
            "key-based", "local", "saml", "worker-mailbox-1", "alice", "ALICE", "acme/ward ", "acme//ward",
            "acme/ward\0",
            "2025-06-01T12:00:30Z", "2025-06-01T11:00:00Z", "\u{212A}", "../../etc/passwd",
            String(repeating: "x", count: 300),
        ]
        return candidates.randomElement(using: &random) ?? ""
    }

    private static func value(_ random: inout SeededGenerator) -> MessagePackValue {
        let candidates: [MessagePackValue] = [
            false, 0, "", [], [:], ["worker": ["interactive": ["steps": [1]]]], .binary([1]), .double(.nan),
            .int(.random(in: .min ... .max, using: &random)), .string(text(&random)),
        ]
        return candidates.randomElement(using: &random) ?? .null
    }

    private static func changed(_ document: MessagePackMap, _ random: inout SeededGenerator) -> MessagePackMap {
        var document = document
        let keys = document.keys + ["aggregator", "extra", "model"]
        let key = keys.randomElement(using: &random) ?? "extra"
        document[key] = Bool.random(using: &random) ? value(&random) : nil
        return document
    }

    private static func flip(_ bytes: inout [UInt8], _ change: UInt64) {
        guard !bytes.isEmpty else { return }
        bytes[Int(change >> 8) % bytes.count] ^= UInt8(change & 0xFF) | 1
    }
}
