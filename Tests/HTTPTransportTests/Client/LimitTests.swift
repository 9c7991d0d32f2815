// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    let client = HTTPClient(environment: [:])

    func request(_ server: LoopbackServer, maximum: Int64) throws -> HTTPRequest {
        var request = HTTPRequest.once(.get, try server.url())
        request.maximumResponseBytes = maximum
        return request
    }

    @Test func announcedLength() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            // No body follows: the length alone has to be enough.
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
            try connection.waitForClose()
        }
        defer { server.stop() }
        await expect(.responseTooLarge) { try await client.send(request(server, maximum: 1_000)) }
        await server.wait { $0.open == 0 }
    }

    @Test func unknownLength() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try connection.send("400\r\n\(String(repeating: "x", count: 1_024))\r\n") }
        }
        defer { server.stop() }
        await expect(.responseTooLarge) { try await client.send(request(server, maximum: 100_000)) }
        await server.wait { $0.open == 0 }
    }

    @Test func exactlyTheLimitPasses() async throws {
        let body = String(repeating: "x", count: 1_000)
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, body) }
        defer { server.stop() }
        #expect(try await client.send(request(server, maximum: 1_000)).body.count == 1_000)
        await expect(.responseTooLarge) { try await client.send(request(server, maximum: 999)) }
    }

    @Test func aHeadRequestMayAnnounceAnyLength() async throws {
        let server = try LoopbackServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
            }
        }
        defer { server.stop() }
        var request = try request(server, maximum: 10)
        request.method = .head
        #expect(try await client.send(request).headers["Content-Length"] == "99999999")
    }

    @Test func theLimitIsOnDecompressedBytes() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let compressed = try await gzip(Data(count: 1_048_576), in: directory)
        #expect(compressed.count < 2_000)
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, headers: [("Content-Encoding", "gzip")], data: compressed)
        }
        defer { server.stop() }
        #expect(try await client.send(request(server, maximum: 1_048_576)).body == Data(count: 1_048_576))
        await expect(.responseTooLarge) { try await client.send(request(server, maximum: 1_048_575)) }
    }

    @Test func anEndlessHeader() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n")
            while true { try connection.send("X-Header: \(String(repeating: "x", count: 1_000))\r\n") }
        }
        defer { server.stop() }
        await expect(.malformedResponse) { try await client.send(request(server, maximum: 1_000)) }
        await server.wait { $0.open == 0 }
    }

    private func gzip(_ data: Data, in directory: URL) async throws -> Data {
        let file = directory.appending(path: "data")
        try data.write(to: file)
        try await onThread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["gzip", "-9", file.path]
            try process.run()
            process.waitUntilExit()
        }
        return try Data(contentsOf: file.appendingPathExtension("gz"))
    }
}
