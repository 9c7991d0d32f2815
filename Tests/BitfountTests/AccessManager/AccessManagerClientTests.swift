// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AccessManagerClientTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func client(_ server: LoopbackServer, _ credentials: Credentials = .acme) throws -> AccessManagerClient {
        let environment = try BitfountEnvironment.test(accessManager: server)
        return AccessManagerClient(
            session: BitfountSession(environment: environment, credentials: credentials, http: http),
            http: http
        )
    }

    func request(projectID: String? = nil) throws -> AccessRequest {
        AccessRequest(
            podIdentifier: try PodIdentifier("acme/ward"),
            modellerName: "alice",
            protocolJSON: Array(#"{"class_name":"bitfount.ResultsOnly","n":1.0,"z":10000000000000000000}"#.utf8),
            projectID: projectID
        )
    }

    func challenge(id: String = "_123") throws -> SAMLChallenge {
        try JSONDecoder().decode(SAMLChallenge.self, from: Data(#"{"samlRequest":"r","id":"\#(id)"}"#.utf8))
    }

    /// What two readers could understand in two ways.
    static let ambiguous = [
        #"{"accessManagerPublicKey":"K","samlRequest":"r","id":"_1","accessManagerPublicKey":"K","samlRequest":"r","id":"_1"}"#,
        #"{"accessManagerPublicKey":"K","samlRequest":"r","id":"_1"}{}"#,
        #"{"accessManagerPublicKey":"K","samlRequest":"r","id":"_1","n":1e999}"#,
        #"{"accessManagerPublicKey":"K","samlRequest":"r","id":"_1","n":{"a":1,"a":2}}"#,
    ]

    @Test(arguments: ambiguous)
    func takesNoKeyFromAnAmbiguousAnswer(_ answer: String) async throws {
        let key = try await RSAPrivateKey.generate(bits: 2048).publicKey.openSSH
        let text = answer.replacing(#""K""#, with: #""\#(key)""#)
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, text) }
        defer { server.stop() }
        await expect(.malformedResponse) { _ = try await client(server).publicKey() }
    }

    @Test(arguments: ambiguous)
    func takesNoChallengeFromAnAmbiguousAnswer(_ answer: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, answer) }
        defer { server.stop() }
        await expect(.malformedResponse) { _ = try await client(server).samlChallenge() }
    }

    @Test func takesAKeyAndAChallengeFromAPlainAnswer() async throws {
        let key = try await RSAPrivateKey.generate(bits: 2048).publicKey
        let answer = #"{"accessManagerPublicKey":"\#(key.openSSH)","samlRequest":"r","id":"_1","more":[1,{}]}"#
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, answer) }
        defer { server.stop() }
        #expect(try await client(server).publicKey() == key)
        #expect(try await client(server).samlChallenge().id == Secret("_1"))
    }

    @Test func forwardsTheProtocolByteForByte() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"code":"ACCEPT"}"#) }
        defer { server.stop() }
        let verdict = try await client(server).checkOIDC(request(), modellerToken: Secret("modeller-token"))
        #expect(verdict == AccessVerdict(code: .accept))
        let received = try #require(server.record.requests.first)
        #expect(received.target == "/api/access")
        #expect(received.headers["x-api-key-id"] == "acme-id:acme-am-id")
        #expect(received.headers["x-api-key"] == "acme-key:acme-am-key")
        let body = String(decoding: received.body, as: UTF8.self)
        let protocolJSON = String(decoding: try request().protocolJSON, as: UTF8.self)
        #expect(body.contains(#""modellerProtocolRequest":"# + protocolJSON))
        #expect(received.json?.objectValue?["projectId"] == .null)
    }

    @Test func keepsTheModellersKeysFromReplacingThePods() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"code":"NO_ACCESS"}"#) }
        defer { server.stop() }
        let response: JSONObject = [
            "SAMLResponse": "PHNhbWw+", "RelayState": "state", "podIdentifier": "mallory/x", "modellerName": "mallory",
            "modellerProtocolRequest": ["class_name": "evil"], "identityProvider": "OIDC", "projectId": "p-evil",
            "originalSAMLRequestID": "_evil", "extra": [1, 2.5],
        ]
        _ = try await client(server).checkSAML(request(), response: response, challenge: challenge())
        let received = try #require(server.record.requests.first)
        #expect(received.target == "/api/access?idp=cli")
        let body = try #require(received.json?.objectValue)
        #expect(
            body == [
                "SAMLResponse": "PHNhbWw+", "RelayState": "state", "extra": [1, .double(2.5)],
                "podIdentifier": "acme/ward", "modellerName": "alice", "identityProvider": "SAML", "projectId": nil,
                "originalSAMLRequestID": "_123",
                "modellerProtocolRequest": try JSONValue(parsing: request().protocolJSON),
            ]
        )
    }

    @Test func refusesAProtocolThatWouldBreakOutOfTheBody() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"code":"ACCEPT"}"#) }
        defer { server.stop() }
        for text in [#"{},"podIdentifier":"mallory/x""#, "[]", "", "{", #"{"a":1,"a":2}"#] {
            var request = try request()
            request.protocolJSON = Array(text.utf8)
            await expect(.invalidArgument) { [request] in
                try await client(server).checkOIDC(request, modellerToken: Secret("t"))
            }
        }
        #expect(server.record.requests.isEmpty)
    }

    @Test(arguments: [
        (#"{"code":"ACCEPT","limits":null}"#, AccessCode.accept),
        (#"{"code":"NO_ACCESS"}"#, .noAccess),
        (#"{"code":"MISSING_EHR_CONNECTION","more":1}"#, .missingEHRConnection),
        (#"{"code":"PERHAPS"}"#, AccessCode(rawValue: "PERHAPS")),
        (#"{"code":"accept"}"#, AccessCode(rawValue: "accept")),
        (#"{"code":"ACCEPT "}"#, AccessCode(rawValue: "ACCEPT ")),
        (#"{"code":null}"#, .missing),
        (#"{"code":["ACCEPT"]}"#, .missing),
        (#"{"ACCEPT":true}"#, .missing),
        (#"{}"#, .missing),
    ])
    func keepsTheCodeAsItCame(_ answer: String, _ code: AccessCode) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, answer) }
        defer { server.stop() }
        let verdict = try await client(server).checkOIDC(request(), modellerToken: Secret("t"))
        #expect(verdict.code == code)
        #expect((verdict.code == .accept) == answer.contains(#""code":"ACCEPT","#))
        #expect(verdict.httpStatus == 200)
    }

    @Test func readsLimitsAndSkipsMalformedOnes() async throws {
        let answer = #"""
            {"code":"NO_ACCESS","limits":[
              {"resourceType":"MODEL_INFERENCE","resourceName":"o/m:3","limit":2,"totalUsage":2,"modelDownloadUrl":"https://s/x?sig"},
              {"resourceType":"NEW_KIND","resourceName":"o/n:1","limit":null,"totalUsage":7},
              {"resourceType":"MODEL_INFERENCE","resourceName":"o/p:1","totalUsage":0},
              {"resourceType":"MODEL_INFERENCE","resourceName":"o/q:1","limit":"2","totalUsage":0},
              {"resourceType":"MODEL_INFERENCE"}, 5]}
            """#
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, answer) }
        defer { server.stop() }
        let limits = try await client(server).checkOIDC(request(), modellerToken: Secret("t")).limits
        #expect(limits.map(\.resourceName) == ["o/m:3", "o/n:1", "o/p:1"])
        #expect(limits.map(\.limit) == [2, nil, nil])
        #expect(limits.map(\.isUsedUp) == [true, false, false])
        #expect(limits[0].modelDownloadURL == Secret("https://s/x?sig"))
        #expect(!"\(limits)".contains("sig"))
    }

    @Test(arguments: [
        (400, BitfountError.Code.unexpectedStatus), (401, .unauthorized), (403, .forbidden), (404, .notFound),
        (409, .conflict), (413, .payloadTooLarge), (429, .rateLimited), (500, .serverFailure), (503, .serverFailure),
        (201, .unexpectedStatus), (204, .unexpectedStatus), (302, .unexpectedStatus),
    ])
    func neverMakesAVerdictOfAnotherStatus(_ status: Int, _ code: BitfountError.Code) async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(status, headers: [("Location", "/elsewhere")], #"{"code":"ACCEPT"}"#)
        }
        defer { server.stop() }
        let error = await expect(code) {
            try await client(server).checkOIDC(request(), modellerToken: Secret("modeller-token"))
        }
        #expect(error?.status == status)
        #expect(error.map { "\($0)".contains("/api/access") } == true)
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("modeller-token") } == false)
        // Only what may pass by itself is tried again.
        #expect(server.record.requests.count == ([429, 503].contains(status) ? 4 : 1))
    }

    @Test(arguments: [
        "", "not json", "[]", "null", #""ACCEPT""#, #"{"code":"NO_ACCESS","code":"ACCEPT"}"#, #"{"code":"ACCEPT"}{}"#,
    ])
    func neverMakesAVerdictOfAMalformedBody(_ body: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, body) }
        defer { server.stop() }
        await expect(.malformedResponse) {
            try await client(server).checkOIDC(request(), modellerToken: Secret("t"))
        }
    }

    @Test func failsWhenTheConnectionBreaks() async throws {
        let server = try LoopbackServer { connection in _ = try connection.readRequest() }
        defer { server.stop() }
        let error = await expect(.unreachable) {
            try await client(server).checkSignature(request(), encryptedRequest: [1], signature: [2], keyID: nil)
        }
        #expect(error?.isTransient == true)
        #expect(server.record.requests.count == 4)
    }

    @Test func startsSAML() async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"samlRequest":"abc","id":"_1","x":2}"#)
        }
        defer { server.stop() }
        let challenge = try await client(server).samlChallenge()
        #expect(challenge.request == "abc")
        #expect(challenge.id == Secret("_1"))
        #expect(server.record.requests.map(\.target) == ["/api/saml?idp=cli"])
    }
}
