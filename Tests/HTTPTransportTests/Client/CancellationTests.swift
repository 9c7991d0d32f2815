// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    /// Takes a request and never answers.
    static func silentServer() throws -> LoopbackServer {
        try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        }
    }

    @Test func closesTheConnection() async throws {
        let server = try Self.silentServer()
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        let task = Task { try await client.send(HTTPRequest(.get, url)) }
        await server.wait { $0.requests.count == 1 }
        task.cancel()
        await expect(.cancelled) { try await task.value }
        await server.wait { $0.open == 0 }
        #expect(server.record.accepted == 1)
    }

    @Test func ofATaskThatWasCancelledBefore() async throws {
        let server = try Self.silentServer()
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.send(HTTPRequest(.get, url))
        }
        task.cancel()
        await expect(.cancelled) { try await task.value }
    }

    @Test func inTheMiddleOfAStream() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            try connection.waitForClose()
        }
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        let (pieces, continuation) = AsyncStream.makeStream(of: Data.self)
        let task = Task {
            try await client.stream(HTTPRequest(.get, url)) { response in
                for try await piece in response.body { continuation.yield(piece) }
            }
        }
        #expect(await pieces.first { _ in true } == Data("abc".utf8))
        task.cancel()
        await expect(.cancelled) { try await task.value }
        await server.wait { $0.open == 0 }
    }

    @Test func whileABodyIsProduced() async throws {
        let server = try Self.silentServer()
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        let body = HTTPBody.stream(length: 100) {
            // Never yields anything.
            AsyncThrowingStream { _ in }
        }
        let task = Task { try await client.send(HTTPRequest(.post, url, body: body)) }
        await server.wait { $0.accepted == 1 }
        task.cancel()
        await expect(.cancelled) { try await task.value }
        await server.wait { $0.open == 0 }
    }

    @Test func ofARequestThatWaitsForAConnection() async throws {
        let server = try Self.silentServer()
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnectionsPerHost = 1
        let client = HTTPClient(configuration, environment: [:])
        let url = try server.url()
        let first = Task { try await client.send(HTTPRequest(.get, url)) }
        await server.wait { $0.requests.count == 1 }
        let second = Task { try await client.send(HTTPRequest(.get, url)) }
        second.cancel()
        await expect(.cancelled) { try await second.value }
        first.cancel()
        await expect(.cancelled) { try await first.value }
        #expect(server.record.accepted == 1)
    }

    @Test func shutdownEndsAllRequestsAndRefusesNewOnes() async throws {
        let server = try Self.silentServer()
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        let tasks = (0..<10).map { number in
            Task {
                if number.isMultiple(of: 2) {
                    _ = try await client.send(HTTPRequest(.get, url))
                } else {
                    try await client.stream(HTTPRequest(.get, url)) { _ in }
                }
            }
        }
        await server.wait { $0.requests.count == 10 }
        client.shutdown()
        for task in tasks {
            let error = await expect(.cancelled) { try await task.value }
            #expect(error?.message.contains("shut down") == true)
        }
        await server.wait { $0.open == 0 }
        await expect(.cancelled) { try await client.send(HTTPRequest(.get, url)) }
        client.shutdown()
    }

    @Test func aClientThatGoesClosesItsConnections() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        _ = try await HTTPClient(environment: [:]).send(HTTPRequest(.get, server.url()))
        await server.wait { $0.accepted == 1 && $0.open == 0 }
    }

    @Test func cancellingAtAnyMomentEndsEveryRequestOnce() async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let yields = Int.random(in: 0..<200, using: &generator)
            let task = Task { try await client.send(.once(.post, url, body: .bytes(Data(count: 100)))) }
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
            switch await task.result {
            case .success(let response): #expect(response.body.count == 100)
            case .failure(let error): #expect((error as? HTTPError)?.code == .cancelled)
            }
        }
    }
}
