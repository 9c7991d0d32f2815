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
import Zstandard

@Suite(.timeLimit(.minutes(1)))
struct ModelsTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])
    let reference = ModelReference(owner: "acme", name: "Tiny", version: 3, project: "p 1")

    func hub(_ server: LoopbackServer, limits: HubLimits = HubLimits()) throws -> HubClient {
        let session = BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http)
        return HubClient(session: session, http: http, limits: limits)
    }

    /// A Hub that has one model with this source and these weights, and takes uploads.
    func server(source: String = "", hash: String? = nil, weights: Data? = nil) throws -> LoopbackServer {
        let port = Mutex<UInt16>(0)
        let server = try LoopbackServer.answering { request in
            let base = "http://127.0.0.1:\(port.withLock { $0 })"
            switch (request.method, request.path) {
            case ("GET", "/api/models"):
                var answer: JSONObject = ["modelVersion": 3, "modelDownloadUrl": .string("\(base)/source")]
                answer["modelHash"] = .string(hash ?? ModelSource.hash(of: Array(source.utf8)))
                if weights != nil { answer["weightsDownloadUrl"] = .string("\(base)/weights") }
                return ScriptedResponse(200, data: Data((try? JSONValue.object(answer).serialized()) ?? []))
            case (_, "/api/models"):
                let answer =
                    #"{"success":true,"alreadyExisted":true,"version":4,"uploadUrl":"\#(base)/u","uploadFields":{"k":"v"}}"#
                return ScriptedResponse(201, answer)
            case (_, "/source"): return ScriptedResponse(200, source)
            case (_, "/weights"): return ScriptedResponse(200, data: weights ?? Data())
            default: return ScriptedResponse(204)
            }
        }
        port.withLock { $0 = server.port }
        return server
    }

    @Test func returnsTheSourceWhoseHashIsRight() async throws {
        let server = try server(source: "a\r\nb\n", hash: ModelSource.hash(of: Array("a\nb\n".utf8)))
        defer { server.stop() }
        let source = try #require(try await hub(server).modelSource(reference))
        #expect(source.bytes == Array("a\r\nb\n".utf8))
        #expect(source.version == 3)
        #expect(
            server.record.requests.first?.query == [
                ["modellerName", "acme"], ["modelName", "Tiny"], ["modelVersion", "3"], ["projectId", "p 1"],
            ]
        )
    }

    @Test func refusesASourceWhoseHashIsWrong() async throws {
        let server = try server(source: "import os", hash: ModelSource.hash(of: Array("import o".utf8)))
        defer { server.stop() }
        await expect(.hashMismatch) { try await hub(server).modelSource(reference) }
    }

    @Test func refusesASourceThatIsTooLarge() async throws {
        let server = try server(source: "0123456789")
        defer { server.stop() }
        var limits = HubLimits()
        limits.maximumModelBytes = 9
        await expect(.malformedResponse) { [limits] in try await hub(server, limits: limits).modelSource(reference) }
    }

    @Test(arguments: [(404, ""), (200, "{}")])
    func returnsNilForAnUnknownModel(_ status: Int, _ body: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(status, body) }
        defer { server.stop() }
        let hub = try hub(server)
        #expect(try await hub.model(reference) == nil)
        #expect(try await hub.modelSource(reference) == nil)
        #expect(server.record.requests.count == 2)
    }

    @Test func saysThatTheSourceIsNotHandedOut() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"modelVersion":3,"modelHash":"x"}"#) }
        defer { server.stop() }
        await expect(.forbidden) { try await hub(server).modelSource(reference) }
    }

    @Test func sendsASourceWithPlainLineEnds() async throws {
        let server = try server()
        defer { server.stop() }
        let upload = try await hub(server).sendModel("Tiny", source: Array("a\r\nb\rc\r\r\nd\n".utf8), description: "ä")
        #expect(upload.version == 4)
        #expect(upload.alreadyExisted)
        let content = Data("a\nb\nc\n\nd\n".utf8)
        let requests = server.record.requests
        #expect(
            requests[0].json == [
                "modelName": "Tiny", "modelSize": 9, "modelHash": .string(Hex.encode(SHA256.hash(content))),
                "privateModel": false, "modelDescription": "ä",
            ]
        )
        let file = try #require(ReceivedForm(requests[1])?.parts.last)
        #expect(file.content == content)
        #expect(file.filename == "Tiny.py")
    }

    @Test func refusesALargeOrUnreadableModelBeforeAnyByteIsSent() async throws {
        let server = try server()
        defer { server.stop() }
        let hub = try hub(server)
        let large = [UInt8](repeating: 0x61, count: 3 * 1024 * 1024 + 1)
        await expect(.tooLarge) { try await hub.sendModel("Tiny", source: large) }
        await expect(.invalidArgument) { try await hub.sendModel("Tiny", source: [0xFF]) }
        #expect(server.record.accepted == 0)
        // What counts is the size as uploaded.
        _ = try await hub.sendModel("Tiny", source: large.dropLast(2) + Array("\r\n".utf8))
    }

    @Test func saysThatTheHubDidNotTakeAModel() async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, #"{"success":false,"errorMessage":"no"}"#)
        }
        defer { server.stop() }
        let error = await expect(.refused) { try await hub(server).sendModel("Tiny", source: []) }
        #expect(error?.bodyExcerpt?.contains("no") == true)
    }

    @Test func sendsWeightsAsTheyAreOrCompressed() async throws {
        let server = try server()
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "w.bin")
        let weights = Data(repeating: 7, count: 3_000_000)
        try weights.write(to: file)
        let hub = try hub(server)
        try await hub.sendWeights(file, model: "Tiny", version: 3)
        try await hub.sendWeights(file, model: "Tiny", version: 3, compresses: true)
        let requests = server.record.requests
        #expect(requests[0].json == ["modelName": "Tiny", "modelVersion": 3, "weightSize": 3_000_000])
        #expect(ReceivedForm(requests[1])?.parts.last?.content == weights)
        let compressed = try #require(ReceivedForm(requests[3])?.parts.last)
        #expect(compressed.filename == "w.bin")
        #expect(requests[2].json?["weightSize"] == JSONValue(compressed.content.count))
        #expect(try Zstandard.decompress(Array(compressed.content), maximumBytes: 4_000_000) == Array(weights))
    }

    @Test func refusesLargeWeightsBeforeAnyByteIsSent() async throws {
        let server = try server()
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "w.bin")
        try Data(repeating: 7, count: 2_000).write(to: file)
        var limits = HubLimits()
        limits.maximumWeightsBytes = 1_000
        let hub = try hub(server, limits: limits)
        await expect(.tooLarge) { try await hub.sendWeights(file, model: "Tiny", version: 3) }
        await expect(.file) { try await hub.sendWeights(directory.url, model: "Tiny", version: 3) }
        #expect(server.record.accepted == 0)
        // Compressed they fit.
        try await hub.sendWeights(file, model: "Tiny", version: 3, compresses: true)
    }

    @Test func downloadsWeightsAndUndoesCompression() async throws {
        let weights = [UInt8](repeating: 9, count: 3_000_000)
        for stored in [weights, try Zstandard.compress(weights)] {
            let server = try server(weights: Data(stored))
            defer { server.stop() }
            let directory = try TemporaryDirectory()
            let file = directory.url.appending(component: "w.bin")
            try Data("old".utf8).write(to: file)
            let progress = Mutex<[TransferProgress]>([])
            let found = try await hub(server).downloadWeights(of: reference, to: file) { state in
                progress.withLock { $0.append(state) }
            }
            #expect(found)
            #expect(try Data(contentsOf: file) == Data(weights))
            let last = progress.withLock { $0.last }
            #expect(last?.completedBytes == Int64(stored.count))
            #expect(last?.totalBytes == Int64(stored.count))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["w.bin"])
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func leavesNoFileOfWeightsThatAreOff() async throws {
        let bomb = try Zstandard.compress([UInt8](repeating: 0, count: 100_000))
        let cases: [(Data, BitfountError.Code)] = [
            (Data(bomb), .tooLarge), (Data(bomb.dropLast(3)), .malformedResponse),
            (Data(repeating: 1, count: 60_000), .malformedResponse),
        ]
        var limits = HubLimits()
        limits.maximumWeightsBytes = 50_000
        limits.maximumUnpackedWeightsBytes = 99_999
        for (stored, code) in cases {
            let server = try server(weights: stored)
            defer { server.stop() }
            let directory = try TemporaryDirectory()
            let file = directory.url.appending(component: "w.bin")
            await expect(code) { [limits] in
                try await hub(server, limits: limits).downloadWeights(of: reference, to: file)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path).isEmpty)
        }
    }

    @Test func leavesNoFileOfABrokenDownload() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        }
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "w.bin")
        let address = Secret(try server.url("/w").absoluteString)
        await expect(.unreachable) { try await hub(server).downloadWeights(at: address, to: file) }
        #expect(server.record.accepted == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path).isEmpty)
    }

    @Test func saysThatThereAreNoWeights() async throws {
        let server = try server()
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "w.bin")
        #expect(try await hub(server).downloadWeights(of: reference, to: file) == false)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }
}
