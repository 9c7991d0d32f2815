// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TimeoutTests {
    let client = HTTPClient(environment: [:])

    @Test func aServerThatNeverAnswers() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url("/?secret=1"))
        request.timeout = .milliseconds(50)
        let error = await expect(.timedOut) { try await client.send(request) }
        #expect(error?.isTransient == true)
        #expect(error?.method == .get)
        #expect(error?.url?.description == "http://127.0.0.1:\(server.port)/?secret=…")
        await server.wait { $0.open == 0 }
    }

    @Test func aServerThatDripsIsStoppedByTheTotalTimeoutOnly() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while true { try connection.send("x") }
        }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url())
        request.maximumResponseBytes = .max
        request.timeout = .seconds(2)
        request.idleTimeout = .seconds(1)
        let error = await expect(.timedOut) { try await client.send(request) }
        #expect(error?.message.contains("in time") == true)
    }

    @Test func aServerThatStopsInTheBody() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            try connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url())
        request.timeout = nil
        request.idleTimeout = .milliseconds(50)
        let error = await expect(.timedOut) { try await client.send(request) }
        #expect(error?.message.contains("stood still") == true)
        await server.wait { $0.open == 0 }
    }

    @Test func aServerThatReadsNoBody() async throws {
        let isOver = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            _ = try connection.readHead()
            isOver.wait()
        }
        defer {
            isOver.signal()
            server.stop()
        }
        var request = HTTPRequest.once(.post, try server.url(), body: .bytes(Data(count: 50_000_000)))
        request.timeout = nil
        request.idleTimeout = .milliseconds(100)
        await expect(.timedOut) { try await client.send(request) }
    }

    @Test func aConnectionThatIsNeverAccepted() async throws {
        // A listener whose queue is full leaves further connections hanging.
        let listener = try FullListener()
        var request = HTTPRequest.once(.get, listener.url)
        request.timeout = nil
        request.connectTimeout = .milliseconds(50)
        let error = await expect(.timedOut) { try await client.send(request) }
        #expect(error?.message.contains("came about") == true)
    }

    @Test func theWaitForAConnectionCountsToo() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        }
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnections = 1
        let client = HTTPClient(configuration, environment: [:])
        let url = try server.url()
        let first = Task { try await client.send(.once(.get, url)) }
        await server.wait { $0.requests.count == 1 }
        var request = HTTPRequest.once(.get, url)
        request.timeout = .milliseconds(50)
        await expect(.timedOut) { try await client.send(request) }
        #expect(server.record.accepted == 1)
        client.shutdown()
        await expect(.cancelled) { try await first.value }
    }

    @Test func nobodyListens() async throws {
        let port = try UnheardPort()
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let error = await expect(.connectionFailed) { try await client.send(.once(.get, port.url(host: host))) }
            #expect(error?.isTransient == true)
            #expect(error?.underlying is LibcurlError)
        }
    }
}
