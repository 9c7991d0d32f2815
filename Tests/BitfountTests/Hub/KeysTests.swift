// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct KeysTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func hub(_ server: LoopbackServer) throws -> HubClient {
        HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
    }

    @Test(arguments: [(#"{"id":"k1"}"#, "k1"), (#"{"id":17,"x":1}"#, "17")])
    func takesIdsOfBothKinds(_ answer: String, _ id: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(201, answer) }
        defer { server.stop() }
        let key = try RSAPublicKey(try #require(TestKeys.openSSH("modeller").stringValue))
        #expect(try await hub(server).registerUserKey(key) == id)
        #expect(server.record.requests.first?.target == "/api/acme/keys?version=2")
    }

    @Test func returnsInactiveKeysOnlyWhenAsked() async throws {
        let pem = try #require(TestKeys.pem("modeller").stringValue).replacing("\n", with: "\\n")
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"id":5,"public_key":"\#(pem)","active":false}"#)
        }
        defer { server.stop() }
        let hub = try hub(server)
        #expect(try await hub.activeUserKey("5", of: "bob") == nil)
        let key = try #require(try await hub.userKey("5", of: "bob"))
        #expect(key.id == "5")
        #expect(try key.key().openSSH == TestKeys.openSSH("modeller").stringValue)
    }

    @Test func asksForSigningKeysWithoutCredentials() async throws {
        let keys = (0..<20).map {
            #"{"kid":"k\#($0)","kty":"RSA","use":"\#($0 == 1 ? "enc" : "sig")","n":"AQ","e":"AQAB","alg":"PS256"}"#
        }
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"keys":[\#(keys.joined(separator: ","))]}"#)
        }
        defer { server.stop() }
        let received = try await hub(server).signingKeys()
        #expect(received.count == 16)
        #expect(received.prefix(2).map(\.verifiesSignatures) == [true, false])
        let request = try #require(server.record.requests.first)
        #expect(request.target == "/api/hub-public-keys/jwks")
        #expect(!request.headers.contains("x-api-key"))
    }

    @Test func needsAnAddressForAPublishedKey() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "{}") }
        defer { server.stop() }
        await expect(.malformedResponse) { try await hub(server).publishKey([:], issuer: "i", clientID: "c") }
    }

    @Test func sendsEverythingOfAMonitorUpdate() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(201) }
        defer { server.stop() }
        var update = MonitorUpdate(
            taskID: "t",
            senderID: "s",
            timestamp: "2030-01-02T03:04:05+00:00",
            privacy: .ownerAndModeller,
            type: "TASK_STATUS_UPDATE"
        )
        update.recipientID = "r"
        update.message = "m"
        update.progress = [
            "epochs": .init(value: 1, total: 2, estimatedTotal: 3, unit: "epoch"), "b": .init(value: 0.5),
        ]
        update.resourceUsage = ["cpu": 0.25]
        try await hub(server).send(update)
        #expect(
            server.record.requests.first?.json == [
                "taskId": "t", "senderId": "s", "recipientId": "r", "timestamp": "2030-01-02T03:04:05+00:00",
                "privacy": "MODELLER", "type": "TASK_STATUS_UPDATE", "message": "m",
                "progress": [
                    "epochs": ["value": 1.0, "total": 2.0, "estimated_total": 3.0, "unit": "epoch"],
                    "b": ["value": 0.5],
                ],
                "resourceUsage": ["cpu": 0.25],
            ]
        )
    }
}
