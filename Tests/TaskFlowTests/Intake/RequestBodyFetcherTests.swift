// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import HTTPTestSupport
import HTTPTransport
import MessagePack
import Synchronization
import TestSupport
import Testing

@testable import TaskFlow

/// What fetching costs, whoever's object it is (bitfount-protocol.md, 7.9 and 13.10).
@Suite(.timeLimit(.minutes(1))) struct RequestBodyFetcherTests {
    private let clock = ManualClock()

    private func fetcher(_ server: LoopbackServer, bytesInFlight: Int = 24 << 20) throws -> RequestBodyFetcher {
        RequestBodyFetcher(
            policy: try LargeObjectPolicy(allowed: ["http://127.0.0.1:\(server.port)"]),
            http: HTTPClient(clock: clock, environment: [:]),
            bytesInFlight: bytesInFlight,
            clock: clock
        )
    }

    /// A message's body that says where the request is.
    private func address(_ server: LoopbackServer, _ path: String = "/object") throws -> [UInt8] {
        MessagePackEncoder.encode(.string(try server.url(path).absoluteString))
    }

    private final class Fetched: Sendable {
        let bodies = Mutex<[RequestBodyFetcher.Body]>([])
        var count: Int { bodies.withLock { $0.count } }
    }

    /// How loading failed, as text.
    private func failure(_ fetcher: RequestBodyFetcher, _ body: [UInt8]) async -> String? {
        do {
            _ = try await fetcher.load(body, within: .seconds(300))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func anObjectIsFetchedWholeAndWithoutItsWrapper() async throws {
        let request = [UInt8](repeating: 7, count: 200_000)
        let object = Data(MessagePackEncoder.encode(.binary(request)))
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, data: object) }
        let body = try await fetcher(server).load(address(server), within: .seconds(300))
        #expect(body.bytes == request)
        body.claim.release()
    }

    @Test func asMuchIsFetchedAtOnceAsTheMemoryIsMeantFor() async throws {
        let object = Data(count: 2 << 20)
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, data: object) }
        // Three quarters are for what is large, which is room for three of these.
        let fetcher = try fetcher(server, bytesInFlight: 8 << 20)
        let address = try address(server)
        let fetched = Fetched()
        let loads = (0..<8).map { _ in
            Task {
                let body = try await fetcher.load(address, within: .seconds(300))
                fetched.bodies.withLock { $0.append(body) }
            }
        }
        // All have their answer's head, and three their object.
        await server.wait { $0.requests.count == 8 }
        for count in 3...8 {
            while fetched.count < count { try await Task.sleep(for: .milliseconds(5)) }
            #expect(fetched.count == count)
            fetched.bodies.withLock { $0[count - 3].claim.release() }
        }
        for load in loads { try await load.value }
    }

    @Test func anOrdinaryObjectWaitsForNoLargeOne() async throws {
        let server = try LoopbackServer { connection in
            while let request = try connection.readRequest() {
                if request.target == "/large" {
                    // Announced, and never sent.
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(16 << 20)\r\n\r\n")
                } else {
                    try connection.send(ScriptedResponse(200, data: Data(count: 1_000)))
                }
            }
        }
        let fetcher = try fetcher(server)
        let large = try address(server, "/large")
        let slow = (0..<4).map { _ in Task { await failure(fetcher, large) } }
        await server.wait { $0.requests.count == 4 }
        let ordinary = try await fetcher.load(address(server), within: .seconds(300))
        #expect(ordinary.bytes.count == 1_000)
        for task in slow { task.cancel() }
        for task in slow { #expect(await task.value != nil) }
    }

    @Test func whatIsLargerThanTheIntakeReadsIsNotFetched() async throws {
        let server = try LoopbackServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
            }
        }
        // Nothing of it ever comes, so whoever waited for it would wait for ever.
        let failure = await failure(try fetcher(server), try address(server))
        #expect(failure?.contains("larger than") == true, "\(failure ?? "fetched")")
    }

    @Test func whatIsPackedOnceMoreOnItsWayIsNeitherAskedForNorUnpacked() async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(200, headers: [("Content-Encoding", "gzip")], data: Data([0x1F, 0x8B, 8]))
        }
        let failure = await failure(try fetcher(server), try address(server))
        #expect(failure?.contains("content encoding") == true, "\(failure ?? "fetched")")
        #expect(server.record.requests.map { $0.headers["Accept-Encoding"] } == ["identity"])
    }

    @Test func anObjectThatTricklesHoldsItsMemoryForTwentySeconds() async throws {
        let server = try LoopbackServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(16 << 20)\r\n\r\nx")
            }
        }
        let fetcher = try fetcher(server)
        let address = try address(server)
        let load = Task { await failure(fetcher, address) }
        // One sleeper for the task's own time, one for the transfer's.
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(20))
        #expect(await load.value == "timeUp")
    }

    @Test func nothingTakesLongerThanTheTaskHasTime() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        }
        let fetcher = try fetcher(server)
        let address = try address(server)
        let load = Task { await failure(fetcher, address) }
        await clock.waitForSleepers(1)
        await server.wait { $0.requests.count == 1 }
        clock.advance(by: .seconds(300))
        #expect(await load.value == "timeUp")
    }
}
