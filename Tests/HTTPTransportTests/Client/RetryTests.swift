// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    let clock = RecordingClock()

    func client(random: [Double] = [0.5]) -> HTTPClient {
        let numbers = Mutex(random)
        return HTTPClient(
            clock: clock,
            random: { numbers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } },
            wallClock: { Date(timeIntervalSince1970: 784_111_777) },
            environment: [:]
        )
    }

    /// Answers with one status after the other, the last for ever.
    static func server(_ responses: [ScriptedResponse]) throws -> LoopbackServer {
        let left = Mutex(responses)
        return try LoopbackServer.answering { _ in
            left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    @Test func scheduleIsExact() async throws {
        let server = try Self.server([ScriptedResponse(503, "no")])
        defer { server.stop() }
        let request = HTTPRequest(.post, try server.url(), body: .bytes(Data("body".utf8)))
        let response = try await client(random: [0.5, 0.25, 1]).send(request)
        #expect(response.status == 503)
        #expect(response.body == Data("no".utf8))
        #expect(clock.sleeps == [.seconds(0.5), .seconds(0.5), .seconds(4)])
        #expect(server.record.requests.map(\.body) == Array(repeating: Data("body".utf8), count: 4))
    }

    @Test func endsWithTheFirstFinalAnswer() async throws {
        let server = try Self.server([
            ScriptedResponse(502), ScriptedResponse(429, headers: [("Retry-After", "7")]),
            ScriptedResponse(503, headers: [("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT")]),
            ScriptedResponse(200, "yes"),
        ])
        defer { server.stop() }
        #expect(try await client().send(HTTPRequest(.get, server.url())).status == 200)
        #expect(clock.sleeps == [.seconds(0.5), .seconds(7), .seconds(60)])
    }

    @Test func connectionsThatBreakAreTriedAgain() async throws {
        let count = Mutex(0)
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            switch count.withLock({ number in (number, number += 1).0 }) {
            case 0: connection.resetOnClose()
            case 1: return
            case 2: try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            default: try connection.send(ScriptedResponse(200, "whole"))
            }
        }
        defer { server.stop() }
        #expect(try await client().send(HTTPRequest(.get, server.url())).body == Data("whole".utf8))
        #expect(clock.sleeps == [.seconds(0.5), .seconds(1), .seconds(2)])
    }

    @Test func theLastErrorIsThrown() async throws {
        let server = try LoopbackServer { connection in _ = try connection.readRequest() }
        defer { server.stop() }
        let client = client()
        let error = await expect(.connectionLost) { try await client.send(HTTPRequest(.get, server.url())) }
        #expect(error?.isTransient == true)
        #expect(server.record.accepted == 4)
    }

    @Test func errorsThatWontGoAwayAreNotTriedAgain() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send("garbage\r\n\r\n")
        }
        defer { server.stop() }
        let client = client()
        await expect(.malformedResponse) { try await client.send(HTTPRequest(.get, server.url())) }
        #expect(server.record.accepted == 1)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func streamedBodiesAreMadeAnew() async throws {
        let server = try Self.server([ScriptedResponse(503), ScriptedResponse(200)])
        defer { server.stop() }
        let made = Atomic(0)
        let body = HTTPBody.stream(length: 6) {
            made.add(1, ordering: .relaxed)
            return AsyncThrowingStream { continuation in
                continuation.yield(Data("abc".utf8))
                continuation.yield(Data("def".utf8))
                continuation.finish()
            }
        }
        #expect(try await client().send(HTTPRequest(.put, server.url(), body: body)).status == 200)
        #expect(server.record.requests.map(\.body) == [Data("abcdef".utf8), Data("abcdef".utf8)])
        #expect(made.load(ordering: .relaxed) == 2)
    }

    @Test func aStreamIsRetriedUntilItsHeadArrives() async throws {
        let server = try Self.server([ScriptedResponse(503), ScriptedResponse(504), ScriptedResponse(200, "yes")])
        defer { server.stop() }
        let body = try await client().stream(HTTPRequest(.get, server.url())) { response in
            try await response.body.collect(atMost: 100)
        }
        #expect(body == Data("yes".utf8))
        #expect(clock.sleeps == [.seconds(0.5), .seconds(1)])
    }

    @Test func whatAStreamsReaderThrowsIsNotRetried() async throws {
        let server = try Self.server([ScriptedResponse(200, "yes")])
        defer { server.stop() }
        let client = client()
        await expect(.timedOut) {
            try await client.stream(HTTPRequest(.get, server.url())) { _ in throw HTTPError(.timedOut, "mine") }
        }
        #expect(server.record.requests.count == 1)
    }

    @Test func aDeadConnectionOfThePoolIsReplacedAtOnce() async throws {
        let server = try LoopbackServer { connection in
            guard let request = try connection.readRequest() else { return }
            try connection.send(ScriptedResponse(200, data: request.body))
            // Closes without having said so.
        }
        defer { server.stop() }
        let client = client()
        for number in 1...5 {
            let request = HTTPRequest(.put, try server.url(), body: .bytes(Data("\(number)".utf8)))
            #expect(try await client.send(request).body == Data("\(number)".utf8))
            await server.wait { $0.accepted == number && $0.open == 0 }
        }
        #expect(clock.sleeps.isEmpty)
    }

    @Test func cancellationEndsTheWait() async throws {
        let server = try Self.server([ScriptedResponse(503)])
        defer { server.stop() }
        let client = HTTPClient(clock: ContinuousClock(), random: { 1 }, environment: [:])
        var request = HTTPRequest(.get, try server.url())
        request.retry.baseDelay = .seconds(3_600)
        request.retry.maximumDelay = .seconds(3_600)
        let patient = request
        // Unstructured, to have a task to cancel.
        let task = Task { try await client.send(patient) }
        await server.wait { $0.requests.count == 1 }
        task.cancel()
        await expect(.cancelled) { try await task.value }
    }
}
