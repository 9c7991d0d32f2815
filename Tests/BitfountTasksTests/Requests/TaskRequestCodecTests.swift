// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import MessagePack
import TaskTestSupport
import TestSupport
import Testing

struct TaskRequestCodecTests {
    private let codec = TaskRequestCodec()
    private let protocolDocument: MessagePackMap = ["class_name": "p", "algorithm": ["class_name": "a"]]

    private func request(_ type: AuthenticationType = .oidcDeviceCode, _ generation: Generation = .g2) -> OuterRequest {
        OuterRequest(
            generation: generation,
            protocolDocument: protocolDocument,
            authenticationType: type,
            encryptedRequest: [1, 2, 3],
            signature: type == .keyBased ? [4, 5, 6] : nil
        )
    }

    /// The map that a request is packed from, to be spoilt.
    private func map(_ request: OuterRequest) throws -> MessagePackMap {
        let body = try TaskRequestCodec.encodeOuter(request)
        return try #require(request.generation.unpack(body, limits: .taskRequest, part: .outerRequest).mapValue)
    }

    @Test(arguments: AuthenticationType.known.sorted { $0.rawValue < $1.rawValue }, Generation.allCases)
    func everyTypeComesBack(type: AuthenticationType, generation: Generation) throws {
        var outer = request(type, generation)
        outer.projectID = "project"
        outer.keyID = "key"
        outer.flags.supportsMPS = true
        outer.flowSpec = ["worker": ["interactive": ["steps": [1]]]]
        outer.datasourceName = "ward"
        #expect(try codec.decodeOuter(TaskRequestCodec.encodeOuter(outer)) == outer)
    }

    @Test(arguments: Generation.allCases)
    func theInnerRequestComesBackThroughTheKey(generation: Generation) async throws {
        let key = try RecordedKeys.privateKey("pod")
        let sessionKey = [UInt8](0..<32)
        let packed = try TaskRequestCodec.encodeInner(
            protocolDocument: protocolDocument,
            podIdentifiers: ["acme/ward", "bob/clinic"],
            sessionKey: sessionKey,
            generation: generation
        )
        var outer = request(.oidcDeviceCode, generation)
        outer.encryptedRequest = try HybridEnvelope.seal(packed, to: key.publicKey)
        let inner = try await codec.decrypt(outer, with: key).content.get()
        #expect(inner.protocolDocument == protocolDocument)
        #expect(inner.podIdentifiers == ["acme/ward", "bob/clinic"])
        #expect(try inner.sessionKey.open(SessionKey(bytes: sessionKey).seal([9])) == [9])
    }

    @Test(arguments: Generation.allCases)
    func allLayersMustBeOfOneGeneration(generation: Generation) async throws {
        let key = try RecordedKeys.privateKey("pod")
        let packed = try TaskRequestCodec.encodeInner(
            protocolDocument: protocolDocument,
            podIdentifiers: ["acme/ward"],
            sessionKey: [UInt8](0..<32),
            generation: generation == .g1 ? .g2 : .g1
        )
        var outer = request(.oidcDeviceCode, generation)
        outer.encryptedRequest = try HybridEnvelope.seal(packed, to: key.publicKey)
        await #expect(throws: TaskFormatError(.mixedGenerations, in: .innerRequest)) {
            try await codec.decrypt(outer, with: key).content.get()
        }
    }

    @Test
    func unknownKeysAreIgnoredButListed() throws {
        var map = try map(request())
        map["later"] = 1
        map["sooner"] = .null
        #expect(try codec.decodeOuter(Generation.g2.pack(.map(map))).unknownKeys == ["later", "sooner"])
    }

    @Test
    func tooManyUnknownKeysAreRefused() throws {
        var map = try map(request())
        for index in 0...64 { map["key \(index)"] = 1 }
        #expect(throws: TaskFormatError(.unexpectedField, in: .outerRequest)) {
            try codec.decodeOuter(Generation.g2.pack(.map(map)))
        }
    }

    @Test
    func anUnknownAuthenticationTypeIsKept() throws {
        var map = try map(request())
        map["auth_type"] = "telepathy"
        let outer = try codec.decodeOuter(Generation.g2.pack(.map(map)))
        #expect(outer.authenticationType.rawValue == "telepathy")
        #expect(!AuthenticationType.known.contains(outer.authenticationType))
    }

    @Test
    func aFlowSpecificationOfAnyTypeIsNoticed() throws {
        var map = try map(request())
        for specification: MessagePackValue in [[:], ["worker": .null], "text", 0, false] {
            map["flow_spec_raw"] = specification
            #expect(try codec.decodeOuter(Generation.g2.pack(.map(map))).hasFlowSpec)
        }
        map["flow_spec_raw"] = .null
        #expect(try !codec.decodeOuter(Generation.g2.pack(.map(map))).hasFlowSpec)
    }

    @Test(
        arguments: [
            ("serialized_protocol", "text"), ("serialized_protocol", []), ("auth_type", 1), ("auth_type", ""),
            ("auth_type", .binary([1])), ("request", "text"), ("project_id", 1), ("project_id", .binary([1])),
            ("project_id", ""), ("key_id", true), ("test_run", 1), ("test_run", "true"), ("datasource_name", 1),
            ("project_id", .string(String(repeating: "x", count: 1_025))),
        ] as [(String, MessagePackValue)]
    )
    func aFieldOfAnotherTypeIsRefused(field: String, value: MessagePackValue) throws {
        var map = try map(request())
        map[field] = value
        #expect(throws: TaskFormatError(.invalidField, in: .outerRequest, field: field)) {
            try codec.decodeOuter(Generation.g2.pack(.map(map)))
        }
    }

    @Test(arguments: ["serialized_protocol", "auth_type", "request"], [nil, .null] as [MessagePackValue?])
    func aMissingFieldIsNamed(field: String, value: MessagePackValue?) throws {
        var map = try map(request())
        map[field] = value
        #expect(throws: TaskFormatError(.missingField, in: .outerRequest, field: field)) {
            try codec.decodeOuter(Generation.g2.pack(.map(map)))
        }
    }

    @Test
    func aSignatureBelongsToSignedRequestsOnly() throws {
        var signed = request(.keyBased)
        signed.signature = nil
        #expect(throws: TaskFormatError(.missingField, in: .requestContainer, field: "signature")) {
            try codec.decodeOuter(TaskRequestCodec.encodeOuter(signed))
        }
        var unsigned = request(.oidcDeviceCode)
        unsigned.signature = [1]
        #expect(throws: TaskFormatError(.unexpectedField, in: .requestContainer)) {
            try codec.decodeOuter(TaskRequestCodec.encodeOuter(unsigned))
        }
    }

    @Test(arguments: [0, 16, 24, 31, 33])
    func onlyASessionKeyOf32BytesIsUsable(count: Int) async throws {
        try await expectInnerFault(
            TaskFormatError(.invalidField, in: .innerRequest, field: "aes_key"),
            sessionKey: [UInt8](repeating: 1, count: count)
        )
    }

    @Test(arguments: [[], [""], Array(repeating: "a/b", count: 1_001), [String(repeating: "x", count: 1_025)]])
    func impossibleLists(podIdentifiers: [String]) async throws {
        try await expectInnerFault(
            TaskFormatError(.invalidField, in: .innerRequest, field: "pod_identifiers"),
            podIdentifiers: podIdentifiers
        )
    }

    private func expectInnerFault(
        _ fault: TaskFormatError,
        podIdentifiers: [String] = ["acme/ward"],
        sessionKey: [UInt8] = [UInt8](repeating: 1, count: 32)
    ) async throws {
        let key = try RecordedKeys.privateKey("pod")
        let packed = try TaskRequestCodec.encodeInner(
            protocolDocument: protocolDocument,
            podIdentifiers: podIdentifiers,
            sessionKey: sessionKey,
            generation: .g1
        )
        var outer = request(.oidcDeviceCode, .g1)
        outer.encryptedRequest = try HybridEnvelope.seal(packed, to: key.publicKey)
        await #expect(throws: fault) { try await codec.decrypt(outer, with: key).content.get() }
    }
}
