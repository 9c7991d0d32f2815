// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PodsTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func hub(_ server: LoopbackServer) throws -> HubClient {
        HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
    }

    @Test func toleratesUnknownAndMissingFields() async throws {
        let server = try LoopbackServer.answering { request in
            request.path == "/api/pods"
                ? ScriptedResponse(
                    200,
                    #"[{"podIdentifier":"a/b","new":{"x":[1]}},{"podIdentifier":"Odd Name/!","isOnline":true}]"#
                )
                : ScriptedResponse(200, #"{"podIdentifier":"a/b","visibility":"friends","new":1}"#)
        }
        defer { server.stop() }
        let hub = try hub(server)
        let pod = try #require(try await hub.pod(PodIdentifier("a/b")))
        #expect(pod.visibility == "friends")
        #expect(try pod.key() == nil)
        #expect(try await hub.podKey(PodIdentifier("a/b")) == nil)
        #expect(try await hub.pods().map(\.identifier) == ["a/b", "Odd Name/!"])
        await expect(.malformedResponse) { try await hub.podSchema(PodIdentifier("a/b")) }
    }

    @Test func returnsNilFor404Only() async throws {
        let server = try LoopbackServer.answering { request in
            ScriptedResponse(Int(request.path.split(separator: "-").last ?? "") ?? 404)
        }
        defer { server.stop() }
        let hub = try hub(server)
        #expect(try await hub.pod(PodIdentifier("a/b-404")) == nil)
        #expect(try await hub.podKey(PodIdentifier("a/b-404")) == nil)
        #expect(try await hub.podSchema(PodIdentifier("a/b-404")) == nil)
        #expect(server.record.requests.count == 3)
        for (status, code) in [
            (401, BitfountError.Code.unauthorized), (403, .forbidden), (409, .conflict), (500, .serverFailure),
        ] {
            let error = await expect(code) { try await hub.pod(PodIdentifier("a/b-\(status)")) }
            #expect(error?.status == status)
        }
    }

    @Test(arguments: ["", "{", "[]", "null", #"{"podName":"x"}"#, #"{"podIdentifier":1}"#])
    func refusesAnswersThatAreNoPod(_ body: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, body) }
        defer { server.stop() }
        let error = await expect(.malformedResponse) { try await hub(server).pod(PodIdentifier("a/b")) }
        #expect(error?.bodyExcerpt == body)
        #expect(error?.url?.description.hasSuffix("/api/pods/a/b") == true)
    }

    @Test func refusesAKeyThatIsNone() async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"podIdentifier":"a/b","podPublicKey":"ssh-rsa AAAA"}"#)
        }
        defer { server.stop() }
        await expect(.malformedResponse) { try await hub(server).podKey(PodIdentifier("a/b")) }
    }

    @Test func fetchesASchemaWithoutCredentials() async throws {
        let storage = try LoopbackServer.answering { _ in ScriptedResponse(200, data: Data([0x80])) }
        defer { storage.stop() }
        let url = try storage.url("/schemas/s?X-Amz-Signature=x").absoluteString
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"podIdentifier":"a/b","schemaDownloadUrl":"\#(url)"}"#)
        }
        defer { server.stop() }
        #expect(try await hub(server).podSchema(PodIdentifier("a/b")) == [0x80])
        #expect(storage.record.requests.first?.headers.contains("x-api-key") == false)
    }

    @Test func decodesTenThousandPods() async throws {
        let key = try #require(TestKeys.openSSH("pod").stringValue)
        let item =
            #"{"podIdentifier":"a/b","name":"b","podPublicKey":"\#(key)","accessManagerPublicKey":"\#(key)","isOnline":true}"#
        let list = Data("[\(Array(repeating: item, count: 10_000).joined(separator: ","))]".utf8)
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, data: list) }
        defer { server.stop() }
        #expect(try await hub(server).pods().count == 10_000)
    }
}
