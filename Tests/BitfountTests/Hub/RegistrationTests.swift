// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RegistrationTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])
    let key: RSAPublicKey

    init() throws {
        key = try RSAPublicKey(try #require(TestKeys.openSSH("pod").stringValue))
    }

    func hub(_ server: LoopbackServer, username: String = "acme", limits: HubLimits = HubLimits()) throws -> HubClient {
        let session = BitfountSession(
            environment: try .test(hub: server),
            credentials: .apiKey(id: Secret("i"), key: Secret("k"), username: username),
            http: http
        )
        return HubClient(session: session, http: http, limits: limits)
    }

    func register(_ hub: HubClient, schema: [UInt8] = [0x80], name: String = "ward") async throws -> PodRegistration {
        var pod = PodPublicMetadata(name: name, displayName: "Ward", description: "", schema: schema)
        pod.fileProcessing = FileProcessingMetadata()
        pod.fileProcessing?.totalFilesFound = 3
        pod.fileProcessing?.skipReasons = ["b": 1, "a": 2]
        return try await hub.register(pod, podKey: key, accessManagerKey: key)
    }

    /// Answers a registration with a form whose fields must keep their order, and everything else with 204.
    func server(status: Int = 201, _ answer: String? = nil) throws -> LoopbackServer {
        let port = Mutex<UInt16>(0)
        let server = try LoopbackServer.answering { request in
            guard request.path == "/api/pods" else { return ScriptedResponse(204) }
            let fields = #"{"z":"1","key":"schemas/x","a":"ü \"q\"","Policy":"p"}"#
            let url = "http://127.0.0.1:\(port.withLock { $0 })/upload"
            return ScriptedResponse(
                status,
                answer ?? #"{"success":true,"uploadUrl":"\#(url)","uploadFields":\#(fields)}"#
            )
        }
        port.withLock { $0 = server.port }
        return server
    }

    @Test func uploadsTheSchemaWithoutCredentialsAndTheFileLast() async throws {
        let server = try server()
        defer { server.stop() }
        let registration = try await register(hub(server), schema: Array("schema".utf8))
        #expect(registration.identifier == (try PodIdentifier("acme/ward")))
        #expect(!registration.alreadyExisted)
        let requests = server.record.requests
        #expect(requests.map(\.target) == ["/api/pods?multipartUpload=true", "/upload"])
        #expect(requests[0].headers["x-api-key"] == "k")
        #expect(requests[0].json?["schemaSize"] == 6)
        #expect(requests[0].json?["numberOfRecords"] == .null)
        #expect(
            requests[0].json?["fileProcessingMetadata"] == ["totalFilesFound": 3, "skipReasons": ["a": 2, "b": 1]]
        )
        #expect(!requests[1].headers.contains("x-api-key"))
        let form = try #require(ReceivedForm(requests[1]))
        #expect(form.parts.map(\.name) == ["z", "key", "a", "Policy", "file"])
        #expect(
            form.parts.map { String(decoding: $0.content, as: UTF8.self) } == [
                "1", "schemas/x", "ü \"q\"", "p", "schema",
            ]
        )
        #expect(form.parts.last?.filename == "bitfount_file")
    }

    @Test func refusesALargeSchemaBeforeAnyByteIsSent() async throws {
        let server = try server()
        defer { server.stop() }
        var limits = HubLimits()
        limits.maximumSchemaBytes = 10
        let hub = try hub(server, limits: limits)
        await expect(.tooLarge) { try await register(hub, schema: [UInt8](repeating: 0, count: 11)) }
        #expect(server.record.accepted == 0)
        _ = try await register(hub, schema: [UInt8](repeating: 0, count: 10))
    }

    @Test func cutsLongNames() async throws {
        let server = try server()
        defer { server.stop() }
        let owner = String(repeating: "o", count: 39)
        let name = String(repeating: "n", count: 28) + "--tail"
        await expect(.invalidArgument) { try await register(hub(server, username: owner), name: name + "!") }
        let registration = try await register(
            hub(server, username: owner),
            name: String(repeating: "n", count: 29) + "-tail"
        )
        #expect(registration.identifier.name == String(repeating: "n", count: 29))
        #expect(server.record.requests.first?.json?["name"] == .string(registration.identifier.name))
    }

    @Test(arguments: [
        (202, BitfountError.Code.unexpectedStatus), (204, .unexpectedStatus), (400, .unexpectedStatus),
        (409, .conflict),
    ])
    func takesOnly200And201ForSuccess(_ status: Int, _ code: BitfountError.Code) async throws {
        let server = try server(status: status)
        defer { server.stop() }
        await expect(code) { try await register(hub(server)) }
        #expect(server.record.requests.count == 1)
    }

    @Test(arguments: [
        (#"{"success":false,"errorMessage":"no","alreadyExisted":true}"#, BitfountError.Code.refused),
        ("[]", .malformedResponse), ("", .malformedResponse), ("{}", .malformedResponse),
        (#"{"success":true,"uploadUrl":"http://127.0.0.1:1/u"}"#, .malformedResponse),
        (#"{"success":true,"uploadUrl":"http://127.0.0.1:1/u","uploadFields":{"a":1}}"#, .malformedResponse),
        (#"{"success":true,"uploadUrls":[],"chunkSize":5,"uploadId":"u","key":"k"}"#, .malformedResponse),
        (
            #"{"success":true,"uploadUrls":["http://127.0.0.1:1/"],"chunkSize":0,"uploadId":"u","key":"k"}"#,
            .malformedResponse
        ),
        (#"{"success":true,"uploadUrl":"http://example.com/u","uploadFields":{}}"#, .invalidArgument),
    ])
    func refusesAnswersThatAreOff(_ answer: String, _ code: BitfountError.Code) async throws {
        let server = try server(answer)
        defer { server.stop() }
        await expect(code) { try await register(hub(server)) }
    }

    @Test func saysWhetherItWasKnown() async throws {
        let server = try server(status: 200)
        defer { server.stop() }
        #expect(try await register(hub(server)).alreadyExisted)
    }
}
