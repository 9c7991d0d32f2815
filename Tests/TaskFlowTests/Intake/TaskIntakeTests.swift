// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import MessagePack
import TaskTestSupport
import Testing

@testable import TaskFlow

@Suite("Task intake")
struct TaskIntakeTests {
    /// One way to spoil a valid request.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: DecisionReason
        var isAnswered = true
        var generations = Generation.allCases
        let change: @Sendable (inout ModellerRequest) throws -> Void

        init(
            _ description: String,
            _ reason: DecisionReason,
            answered: Bool = true,
            generations: [Generation] = Generation.allCases,
            _ change: @escaping @Sendable (inout ModellerRequest) throws -> Void
        ) {
            testDescription = description
            self.reason = reason
            isAnswered = answered
            self.generations = generations
            self.change = change
        }
    }

    @Test("A valid request passes in both generations", arguments: Generation.allCases)
    func valid(generation: Generation) async throws {
        let task = try #require(try await ModellerRequest(generation: generation).intake().request)
        #expect(task.answerable.modeller == "alice")
        #expect(task.answerable.modellerMailboxID == "modeller-mailbox-1")
        #expect(task.answerable.target == "acme/ward")
        #expect(task.answerable.workerMailboxID == "worker-mailbox-1")
        #expect(task.answerable.taskID == "task-1")
        #expect(task.answerable.generation == generation)
        #expect(task.podIdentifier.description == "acme/ward")
        #expect(task.method == .signature)
        #expect(task.pods == ["acme/ward"])
    }

    /// bitfount-protocol.md, 13, as far as a message alone can show it.
    static let forgeries: [Row] = [
        Row("13.1 a flow specification", .flowSpec) { $0.flowSpec = ["worker": ["interactive": ["steps": [1]]]] },
        Row("13.1 a flow specification of no meaning", .flowSpec) { $0.flowSpec = false },
        Row("13.2 another protocol in clear", .protocolMismatch) {
            $0.clearProtocol = $0.protocolDocument
            $0.clearProtocol?["extra"] = 1
        },
        Row("13.2 a number of another type in clear", .protocolMismatch) {
            $0.protocolDocument["epochs"] = 1
            $0.clearProtocol = $0.protocolDocument
            $0.clearProtocol?["epochs"] = 1.0
        },
        Row("13.2 an equivalent text of other bytes in clear", .protocolMismatch) {
            $0.protocolDocument["name"] = "caf\u{E9}"
            $0.clearProtocol = $0.protocolDocument
            $0.clearProtocol?["name"] = "cafe\u{301}"
        },
        Row("13.3 made for another dataset of this pod", .podNotNamed) { $0.podIdentifiers = ["acme/clinic"] },
        Row("13.3 redirected to another dataset of this pod", .podNotNamed) {
            $0.recipientMailboxID = "clinic"
            $0.podMailboxIDs = ["acme/clinic": "worker-mailbox-1"]
        },
        Row("13.3 a pod too many around it", .podsMismatch) { $0.podMailboxIDs["mallory/x"] = "w" },
        Row("13.3 a pod too few around it", .podsMismatch) { $0.podIdentifiers = ["acme/ward", "bob/x"] },
        Row("13.4 somebody else's dataset of the same name", .unknownTarget) {
            $0.recipient = "mallory"
            $0.podMailboxIDs = ["mallory/ward": "worker-mailbox-1"]
            $0.podIdentifiers = ["mallory/ward"]
        },
        Row("13.4 a dataset that is not served", .unknownTarget) {
            $0.recipientMailboxID = "lab"
            $0.podMailboxIDs = ["acme/lab": "worker-mailbox-1"]
            $0.podIdentifiers = ["acme/lab"]
        },
        Row("13.4 no sender", .missingSender, answered: false) { $0.sender = nil },
        Row("13.4 an empty sender", .missingSender, answered: false) { $0.sender = "" },
        Row("13.5 301 seconds old", .staleRequest) { $0.timestamp = "2025-06-01T11:54:59Z" },
        Row("13.5 61 seconds ahead", .futureRequest) { $0.timestamp = "2025-06-01T12:01:01" },
        Row("13.5 a time without meaning", .malformedTimestamp) { $0.timestamp = "2025-06-01" },
        Row("13.8 a body that names a file", .malformedRequest, answered: false) {
            let path = try $0.generation.pack("/etc/passwd")
            $0.alterBody = { $0 = path }
        },
        Row("13.10 a protocol of 40 levels", .malformedRequest, answered: false) {
            $0.protocolDocument["deep"] = (0..<40).reduce(MessagePackValue.null) { inner, _ in [inner] }
        },
        Row("13.14 local", .localAuthentication) { $0.authenticationType = .local },
        Row("13.14 unknown authentication", .unknownAuthentication) {
            $0.authenticationType = AuthenticationType(rawValue: "key-Based")
        },
        Row("13.14 SAML from the second generation", .samlUnsupported, generations: [.g2]) {
            $0.authenticationType = .saml
        },
        Row("13.14 a session key of 16 bytes", .malformedInnerRequest, answered: false) {
            $0.sessionKey = Array($0.sessionKey.prefix(16))
        },
        Row("13.14 a session key of 33 bytes", .malformedInnerRequest, answered: false) { $0.sessionKey.append(0) },
        Row("13.14 no session key", .malformedInnerRequest, answered: false) {
            $0.innerContent = try $0.generation.pack([
                "serialized_protocol": .map($0.protocolDocument), "pod_identifiers": ["acme/ward"],
            ])
        },
    ]

    /// What else a request may lack.
    static let malformations: [Row] = [
        Row("no algorithm", .malformedProtocol) { $0.protocolDocument["algorithm"] = nil },
        Row("an empty list of algorithms", .malformedProtocol) { $0.protocolDocument["algorithm"] = [] },
        Row("an algorithm that is a text", .malformedProtocol) { $0.protocolDocument["algorithm"] = "sql" },
        Row("no class", .malformedProtocol) { $0.protocolDocument["class_name"] = nil },
        Row("a class with a line break", .malformedProtocol) { $0.protocolDocument["class_name"] = "a\nb" },
        Row("a class of 300 bytes", .malformedProtocol) {
            $0.protocolDocument["class_name"] = .string(String(repeating: "c", count: 300))
        },
        Row("an aggregator that is a text", .malformedProtocol) {
            $0.protocolDocument["aggregator"] = "bitfount.SecureAggregator"
        },
        Row("bytes in the protocol", .malformedProtocol) { $0.protocolDocument["extra"] = .binary([1]) },
        Row("infinity in the protocol", .malformedProtocol) { $0.protocolDocument["extra"] = .double(.infinity) },
        Row("33 algorithms", .malformedProtocol) {
            $0.protocolDocument["algorithm"] = .array(Array(repeating: ["class_name": "a"], count: 33))
        },
        Row("no pods in the encrypted part", .malformedInnerRequest) {
            $0.innerContent = try $0.generation.pack([
                "serialized_protocol": .map($0.protocolDocument), "aes_key": .binary($0.sessionKey),
            ])
        },
        Row("an unknown key in the encrypted part", .malformedInnerRequest) {
            $0.innerContent = try $0.generation.pack([
                "serialized_protocol": .map($0.protocolDocument), "aes_key": .binary($0.sessionKey),
                "pod_identifiers": ["acme/ward"], "extra": 1,
            ])
        },
        Row("an encrypted part of the other generation", .mixedGenerations, answered: false) {
            $0.innerContent = try TaskRequestCodec.encodeInner(
                protocolDocument: $0.protocolDocument,
                podIdentifiers: $0.podIdentifiers,
                sessionKey: $0.sessionKey,
                generation: $0.generation == .g1 ? .g2 : .g1
            )
        },
        Row("encrypted for another pod", .undecryptableRequest, answered: false) { $0.podKey = TestKeys.other },
        Row("a changed ciphertext", .undecryptableRequest, answered: false) { $0.alterCiphertext = { $0[40] ^= 1 } },
        Row("a body that ends early", .malformedRequest, answered: false) { $0.alterBody = { $0.removeLast() } },
        Row("a body with more behind it", .malformedRequest, answered: false, generations: [.g1]) {
            $0.alterBody = { $0.append(0xC0) }
        },
        Row("no body", .malformedRequest, answered: false) { $0.alterBody = { $0 = [] } },
        Row("a project with a line break", .malformedRequest) { $0.projectID = "p\nq" },
        Row("a key id with a space", .malformedRequest) { $0.keyID = "key 1" },
        Row("another type of message", .malformedEnvelope, answered: false) { $0.type = .taskStart },
        Row("no worker mailbox for any of our datasets", .noReplyAddress, answered: false) {
            $0.podMailboxIDs = ["bob/x": "w"]
        },
        Row("no pods", .noReplyAddress, answered: false) { $0.podMailboxIDs = [:] },
        Row("too many pods", .malformedEnvelope, answered: false) { request in
            for number in 0..<256 { request.podMailboxIDs["bob/pod-\(number)"] = "w" }
        },
    ]

    @Test("Each forgery and each fault has its reason", arguments: forgeries + malformations)
    func refused(row: Row) async throws {
        for generation in row.generations {
            var request = ModellerRequest(generation: generation)
            try row.change(&request)
            let result = try await request.intake()
            #expect(result.reason == row.reason)
            #expect((result.rejection != nil) == row.isAnswered)
            #expect(result.facts.bodySHA256.count == 64)
        }
    }

    @Test(
        "Texts that no genuine peer sends refuse the message before anything is done with it",
        arguments: ["", " ", "a b", "a\n", "\u{1B}[31m", "caf\u{E9}", "\u{202E}x", "\u{212A}", "a\u{0}", "x\u{7F}"]
            + [String(repeating: "x", count: 257)]
    )
    func hostileIdentifiers(text: String) async throws {
        let changes: [@Sendable (inout ModellerRequest) -> Void] = [
            { if !text.isEmpty { $0.sender = text } else { $0.senderMailboxID = text } },
            { $0.senderMailboxID = text },
            { $0.recipient = text },
            { $0.recipientMailboxID = text },
            { $0.podMailboxIDs["acme/ward"] = text },
            { $0.podMailboxIDs[text] = "w" },
            { if !text.isEmpty { $0.taskID = text } else { $0.recipient = text } },
        ]
        for change in changes {
            var request = ModellerRequest()
            change(&request)
            let result = try await request.intake()
            #expect(result.reason == .malformedEnvelope)
            guard case .malformed(let task) = result else {
                Issue.record("a reply would have been sent")
                continue
            }
            #expect(task.facts.modeller == nil && task.facts.taskID == nil && task.facts.pods.isEmpty)
        }
    }

    @Test("A task id is not required of very old modellers", arguments: [nil, ""])
    func noTaskID(taskID: String?) async throws {
        let task = try #require(try await ModellerRequest(taskID: taskID).intake().request)
        #expect(task.answerable.taskID == nil)
        #expect(task.answerable.facts.taskID == nil)
    }

    @Test("A message to the full identifier, as newer services address it, means the same dataset")
    func fullIdentifier() async throws {
        let request = ModellerRequest(recipient: "acme/ward", recipientMailboxID: "worker-mailbox-1")
        let task = try #require(try await request.intake().request)
        #expect(task.answerable.target == "acme/ward")
    }

    @Test("Staleness is told before anything about the target is")
    func freshnessBeforeTarget() async throws {
        var request = ModellerRequest(timestamp: "2025-06-01T11:00:00Z")
        request.recipientMailboxID = "lab"
        request.podMailboxIDs = ["acme/lab": "w"]
        request.podIdentifiers = ["acme/lab"]
        #expect(try await request.intake().reason == .staleRequest)
    }

    @Test("With a clock far from the Hub's no task is recent")
    func untrustedClock() async throws {
        let pod = PodContext(
            ownerUsername: "acme",
            podName: "hospital",
            identifiers: ["acme/ward"],
            isClockTrusted: false
        )
        #expect(try await ModellerRequest().intake(pod: pod).reason == .untrustedClock)
    }

    @Test("What is refused still leaves what the audit log needs")
    func factsOfRefused() async throws {
        let facts = try await ModellerRequest(authenticationType: .local).intake().facts
        #expect(facts.modeller == "alice")
        #expect(facts.taskID == "task-1")
        #expect(facts.target == "acme/ward")
        #expect(facts.pods == ["acme/ward"])
        #expect(facts.generation == .g2)
        #expect(facts.method == nil)
        #expect(facts.projectID == "project-1")
        #expect(facts.keyID == "key-1")
        #expect(facts.encryptedRequestSHA256?.count == 64)
        #expect(facts.protocolSHA256?.count == 64)
        #expect(facts.protocolClass == "bitfount.ResultsOnly")
        #expect(facts.algorithmClasses == ["bitfount.ColumnAverage"])
        #expect(facts.aggregatorClass == nil)
    }
}
