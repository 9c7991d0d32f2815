// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
final class DownloadTests {
    let client = HTTPClient(clock: RecordingClock(), environment: [:])
    let directory: URL
    var destination: URL { directory.appending(path: "file") }

    init() throws {
        directory = try temporaryDirectory()
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    @Test func writesTheFileAndReportsProgress() async throws {
        let content = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) })
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, headers: [("ETag", "x")], data: content)
        }
        defer { server.stop() }
        try Data("old".utf8).write(to: destination)
        let reports = Mutex<[HTTPClient.DownloadProgress]>([])
        let response = try await client.download(HTTPRequest(.get, server.url()), to: destination) { progress in
            reports.withLock { $0.append(progress) }
        }
        #expect(response.status == 200)
        #expect(response.headers["ETag"] == "x")
        #expect(response.body.isEmpty)
        #expect(try Data(contentsOf: destination) == content)
        #expect(try names() == ["file"])
        let attributes = try FileManager.default.attributesOfItem(atPath: destination.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let last = try #require(reports.withLock { $0 }.last)
        #expect(last.receivedBytes == 3_000_000 && last.expectedBytes == 3_000_000)
    }

    @Test func anEmptyFileIsAFile() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200) }
        defer { server.stop() }
        try await client.download(HTTPRequest(.get, server.url()), to: destination)
        #expect(try Data(contentsOf: destination).isEmpty)
    }

    @Test(arguments: [204, 206, 403, 404])
    func anyOtherStatusWritesNothing(_ status: Int) async throws {
        let server = try LoopbackServer.answering { _ in
            status == 204 ? ScriptedResponse(204) : ScriptedResponse(status, "<Error/>")
        }
        defer { server.stop() }
        let response = try await client.download(HTTPRequest(.get, server.url()), to: destination)
        #expect(response.status == status)
        #expect(response.body == Data((status == 204 ? "" : "<Error/>").utf8))
        #expect(try names().isEmpty)
    }

    @Test func theBodyOfAnErrorIsCutOff() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try connection.send("400\r\n\(String(repeating: "x", count: 1_024))\r\n") }
        }
        defer { server.stop() }
        var request = HTTPRequest(.get, try server.url())
        request.maximumResponseBytes = .max
        let response = try await client.download(request, to: destination)
        #expect(response.body.count == 1_048_576)
        await server.wait { $0.open == 0 }
    }

    @Test func aDownloadThatBreaksOffStartsAnew() async throws {
        let count = Mutex(0)
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            if count.withLock({ number in (number += 1, number).1 }) < 3 {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            } else {
                try connection.send(ScriptedResponse(200, "whole"))
            }
        }
        defer { server.stop() }
        try await client.download(HTTPRequest(.get, server.url()), to: destination)
        #expect(try Data(contentsOf: destination) == Data("whole".utf8))
        #expect(server.record.accepted == 3)
        #expect(try names() == ["file"])
    }

    @Test func aDownloadThatFailsLeavesWhatWasThere() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        }
        defer { server.stop() }
        try Data("old".utf8).write(to: destination)
        await expect(.connectionLost) { try await client.download(.once(.get, server.url()), to: destination) }
        #expect(try Data(contentsOf: destination) == Data("old".utf8))
        #expect(try names() == ["file"])
    }

    @Test func aDownloadThatIsTooLargeLeavesNothing() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try connection.send("400\r\n\(String(repeating: "x", count: 1_024))\r\n") }
        }
        defer { server.stop() }
        var request = HTTPRequest(.get, try server.url())
        request.maximumResponseBytes = 3_000_000
        let limited = request
        await expect(.responseTooLarge) { try await client.download(limited, to: destination) }
        #expect(try names().isEmpty)
    }

    @Test func aCancelledDownloadLeavesNothing() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            try connection.waitForClose()
        }
        defer { server.stop() }
        let (client, url, destination) = (client, try server.url(), destination)
        let (reports, continuation) = AsyncStream.makeStream(of: HTTPClient.DownloadProgress.self)
        let task = Task {
            try await client.download(HTTPRequest(.get, url), to: destination) { continuation.yield($0) }
        }
        #expect(await reports.first { _ in true }?.receivedBytes == 4)
        #expect(try names().count == 1)
        task.cancel()
        await expect(.cancelled) { try await task.value }
        #expect(try names().isEmpty)
    }

    @Test func aDirectoryThatIsNotThere() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "x") }
        defer { server.stop() }
        let nowhere = directory.appending(path: "none/file")
        let error = await expect(.file) { try await client.download(HTTPRequest(.get, server.url()), to: nowhere) }
        #expect(error?.message.contains("/none/") == true)
        #expect(server.record.requests.count == 1)
    }

    @Test func aFullDiskIsAnErrorOfTheFile() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "x") }
        defer { server.stop() }
        // A directory in the file's place stands for all that can fail at the very end.
        try FileManager.default.createDirectory(at: destination, withIntermediateDirectories: false)
        await expect(.file) { try await client.download(HTTPRequest(.get, server.url()), to: destination) }
        #expect(try names() == ["file"])
    }
}
