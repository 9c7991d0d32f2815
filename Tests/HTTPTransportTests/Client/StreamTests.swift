// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    let client = HTTPClient(environment: [:])

    @Test func handsOverTheHeadBeforeTheBody() async throws {
        let isHeadSeen = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 6\r\n\r\n")
                isHeadSeen.wait()
                try connection.send("abc")
                try connection.send("def")
            }
        }
        defer { server.stop() }
        for _ in 0..<3 {
            let body = try await client.stream(.once(.get, server.url())) { response in
                #expect(response.status == 200)
                #expect(response.headers["X-A"] == "1")
                isHeadSeen.signal()
                return try await response.body.collect(atMost: .max)
            }
            #expect(body == Data("abcdef".utf8))
        }
        #expect(server.record.accepted == 1, "A stream that was read to its end leaves its connection to the next.")
    }

    @Test func aSlowReaderHoldsTheServerBack() async throws {
        let size = 200_000_000
        let ledger = Ledger()
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
            for _ in 0..<size / piece.count {
                try connection.send(piece)
                ledger.produce(piece.count)
            }
            try connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url())
        request.maximumResponseBytes = Int64(size)
        request.timeout = nil
        let received = try await client.stream(request) { response in
            await ledger.wait(forProduced: 2_000_000)
            var received = 0
            for try await piece in response.body {
                #expect(piece.startIndex == 0 && piece.first == UInt8(truncatingIfNeeded: received % 1_000_000))
                received += piece.count
                ledger.consume(piece.count)
                // Always a little behind what the server could send.
                await ledger.wait(forProduced: min(received + 2_000_000, size))
            }
            return received
        }
        #expect(received == size)
        #expect(ledger.mostUnderWay < 24_000_000, "A megabyte of buffer and the sockets' own, not the file.")
    }

    @Test func aPausedStreamStandsStillAndTimesOutNot() async throws {
        let server = try LoopbackServer { connection in
            if try connection.readRequest()?.target == "/body" {
                try connection.send(ScriptedResponse(200, data: Data(count: 30_000_000)))
            }
            try connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url("/body"))
        request.maximumResponseBytes = 30_000_000
        request.timeout = nil
        request.idleTimeout = .seconds(1)
        var silent = HTTPRequest.once(.get, try server.url("/nothing"))
        silent.idleTimeout = .seconds(1.5)
        let later = silent
        let count = try await client.stream(request) { response in
            // A request that began later runs into a longer idle time-out: this one's would have passed, did it not
            // count only while this side is ready.
            await expect(.timedOut) { try await client.send(later) }
            return try await response.body.reduce(into: 0) { $0 += $1.count }
        }
        #expect(count == 30_000_000)
    }

    @Test func leavingEarlyClosesTheConnection() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try connection.send("4\r\nabcd\r\n") }
        }
        defer { server.stop() }
        let first = try await client.stream(.once(.get, server.url())) { try await $0.body.collect(atMost: 6) }
        #expect(first == Data("abcdab".utf8))
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await client.stream(.once(.get, server.url())) { _ in throw Stop() }
        }
        await server.wait { $0.accepted == 2 && $0.open == 0 }
    }

    @Test func aBodyThatBreaksOffIsAnErrorBehindWhatCame() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        }
        defer { server.stop() }
        let received = Mutex(Data())
        let error = await expect(.connectionLost) {
            try await client.stream(.once(.get, server.url("/?a=secret"))) { response in
                for try await piece in response.body { received.withLock { $0 += piece } }
            }
        }
        #expect(received.withLock { $0 } == Data("abc".utf8))
        #expect(error?.url?.description.hasSuffix("/?a=…") == true)
    }

    @Test func theLimitHoldsForStreamsToo() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, data: Data(count: 5_000)) }
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url())
        request.maximumResponseBytes = 4_999
        let limited = request
        await expect(.responseTooLarge) { try await client.stream(limited) { _ in } }
    }

    @Test func anEmptyBodyEndsAtOnce() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(204) }
        defer { server.stop() }
        let pieces = try await client.stream(.once(.get, server.url())) { response in
            try await response.body.reduce(into: 0) { count, _ in count += 1 }
        }
        #expect(pieces == 0)
    }

    @Test func keepsTheIsolationOfItsCaller() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "abc") }
        defer { server.stop() }
        actor Reader {
            var text = ""
            func read(_ client: HTTPClient, _ request: HTTPRequest) async throws {
                try await client.stream(request) { response in
                    for try await piece in response.body { text += String(decoding: piece, as: UTF8.self) }
                }
            }
        }
        let reader = Reader()
        try await reader.read(client, .once(.get, server.url()))
        #expect(await reader.text == "abc")
    }
}
