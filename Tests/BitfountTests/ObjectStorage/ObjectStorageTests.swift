// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ObjectStorageTests {
    let storage = ObjectStorage(http: HTTPClient(clock: RecordingClock(), environment: [:]))

    /// A ticket can only come out of an answer of the Hub.
    func upload(
        _ content: Data,
        parts: Int,
        chunkSize: Int,
        putStatus: Int = 200,
        etag: String? = "\"e-#\""
    ) async throws -> (puts: [ReceivedRequest], finish: JSONValue?) {
        let port = Mutex<UInt16>(0)
        let server = try LoopbackServer.answering { request in
            switch request.path {
            case "/api/pods":
                let base = "http://127.0.0.1:\(port.withLock { $0 })/o?part="
                let urls = (1...parts).map { "\"\(base)\($0)\"" }.joined(separator: ",")
                return ScriptedResponse(
                    200,
                    #"{"uploadUrls":[\#(urls)],"chunkSize":\#(chunkSize),"uploadId":"u","key":"k"}"#
                )
            case "/o":
                let number = request.query[0][1]
                return ScriptedResponse(
                    putStatus,
                    headers: etag.map { [("ETag", $0.replacing("#", with: number))] } ?? []
                )
            default:
                return ScriptedResponse(200, "{}")
            }
        }
        defer { server.stop() }
        port.withLock { $0 = server.port }
        let http = HTTPClient(clock: RecordingClock(), environment: [:])
        let hub = HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
        let key = try RegistrationTests().key
        let pod = PodPublicMetadata(name: "ward", displayName: "", description: "", schema: Array(content))
        _ = try await hub.register(pod, podKey: key, accessManagerKey: key)
        let requests = server.record.requests
        return (requests.filter { $0.path == "/o" }, requests.first { $0.path == "/api/upload" }?.json)
    }

    @Test(arguments: [
        (0, 1, 5, [Int]()), (1, 3, 5, [1]), (5, 1, 5, [5]), (10, 2, 5, [5, 5]), (11, 2, 5, [5, 6]),
        (11, 3, 5, [5, 5, 1]),
        (4, 9, 1, [1, 1, 1, 1]), (7, 2, Int.max, [7]), (7, 1, 1, [7]),
    ])
    func dividesAnObject(_ size: Int, _ parts: Int, _ chunkSize: Int, _ expected: [Int]) async throws {
        let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0) })
        let (puts, finish) = try await upload(content, parts: parts, chunkSize: chunkSize)
        #expect(puts.map(\.body.count) == expected)
        #expect(puts.reduce(Data()) { $0 + $1.body } == content)
        #expect(
            puts.allSatisfy {
                $0.headers["Content-Type"] == "application/octet-stream" && !$0.headers.contains("x-api-key")
            }
        )
        let etags = expected.indices.map {
            JSONValue.object(["ETag": .string("e-\($0 + 1)"), "PartNumber": JSONValue($0 + 1)])
        }
        #expect(finish == ["objectType": "Schema", "key": "k", "uploadId": "u", "parts": .array(etags)])
    }

    @Test func needsAnETagForEachPart() async throws {
        await expect(.malformedResponse) { try await upload(Data([1]), parts: 1, chunkSize: 1, etag: nil) }
    }

    @Test func stopsAtAPartThatIsRefused() async throws {
        await expect(.forbidden) { try await upload(Data([1, 2]), parts: 2, chunkSize: 1, putStatus: 403) }
    }

    @Test(arguments: [200, 201, 203, 204])
    func takesTheStatusesOfStorage(_ status: Int) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(status) }
        defer { server.stop() }
        try await storage.upload(.bytes(Data([1])), to: server.url("/u"), fields: [])
    }

    @Test(arguments: [
        (202, BitfountError.Code.unexpectedStatus), (302, .unexpectedStatus), (400, .unexpectedStatus),
        (403, .forbidden),
    ])
    func refusesOtherStatuses(_ status: Int, _ code: BitfountError.Code) async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(status, headers: [("Location", "/x")], "<Error/>")
        }
        defer { server.stop() }
        let url = try server.url("/u?X-Amz-Signature=hush")
        let error = await expect(code) { try await storage.upload(.bytes(Data([1])), to: url, fields: []) }
        #expect(error.map { "\($0)".contains("hush") } == false)
        await expect(code) { try await storage.download(url, maximumBytes: 10) }
    }

    @Test func uploadsAFileAndSaysHowFarItIs() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(204) }
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "weights.bin")
        let content = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try content.write(to: file)
        let progress = Mutex<[TransferProgress]>([])
        try await storage.upload(.file(file), filename: "w", to: server.url(), fields: [("key", "k")]) { state in
            progress.withLock { $0.append(state) }
        }
        let request = try #require(server.record.requests.first)
        #expect(ReceivedForm(request)?.parts.last?.content == content)
        let states = progress.withLock { $0 }
        #expect(states.count > 2)
        #expect(states.map(\.completedBytes) == states.map(\.completedBytes).sorted())
        #expect(states.last?.completedBytes == Int64(request.body.count))
        #expect(states.allSatisfy { $0.totalBytes == Int64(request.body.count) })
    }

    @Test func refusesWhatIsNoFile() async throws {
        let directory = try TemporaryDirectory()
        await expect(.file) { try UploadContent.file(directory.url).byteCount() }
        await expect(.file) { try UploadContent.file(directory.url.appending(component: "none")).byteCount() }
    }

    @Test func boundsDownloads() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "0123456789") }
        defer { server.stop() }
        #expect(try await storage.download(server.url(), maximumBytes: 10) == Array("0123456789".utf8))
        await expect(.malformedResponse) { try await storage.download(server.url(), maximumBytes: 9) }
        #expect(server.record.requests.allSatisfy { !$0.headers.contains("authorization") })
    }

    @Test(arguments: ["http://example.com/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
    func refusesUnsafeAddresses(_ text: String) async throws {
        let url = try #require(URL(string: text))
        await expect(.invalidArgument) { try await storage.download(url, maximumBytes: 10) }
    }
}
