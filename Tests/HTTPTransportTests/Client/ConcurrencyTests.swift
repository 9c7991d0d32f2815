// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConcurrencyTests {
    @Test func twoHundredRequestsAtOnce() async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        let client = HTTPClient(environment: [:])
        let url = try server.url()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let body = Data(repeating: UInt8(number), count: 1_000 + number)
                    return try await client.send(.once(.post, url, body: .bytes(body))).body == body
                }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
        #expect(server.record.requests.count == 200)
        #expect(server.record.accepted <= HTTPClientConfiguration().maximumConnectionsPerHost)
    }

    @Test func requestsUnderWayAreLimitedOverallAndPerHost() async throws {
        let gauge = Gauge(full: 5)
        let servers = try (0..<2).map { host in
            try LoopbackServer.answering { _ in
                gauge.pass(host)
                return ScriptedResponse()
            }
        }
        defer { servers.forEach { $0.stop() } }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnections = 5
        configuration.maximumConnectionsPerHost = 3
        let client = HTTPClient(configuration, environment: [:])
        let urls = try servers.map { try $0.url() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask { _ = try await client.send(.once(.get, urls[number % 2])) }
            }
            try await group.waitForAll()
        }
        #expect(servers.map { $0.record.requests.count } == [30, 30])
        #expect(gauge.mostPerHost.allSatisfy { $0 <= 3 })
        #expect(gauge.most == 5)
    }

    /// How many requests are under way at once. Nobody passes before the limit was reached for the first time.
    private final class Gauge: Sendable {
        private struct State {
            var now = [0, 0]
            var mostPerHost = [0, 0]
            var most = 0
        }

        private let full: Int
        private let isFull = DispatchSemaphore(value: 0)
        private let state = Mutex(State())

        init(full: Int) {
            self.full = full
        }

        var most: Int { state.withLock { $0.most } }
        var mostPerHost: [Int] { state.withLock { $0.mostPerHost } }

        func pass(_ host: Int) {
            let most = state.withLock { state in
                state.now[host] += 1
                state.mostPerHost[host] = max(state.mostPerHost[host], state.now[host])
                state.most = max(state.most, state.now.reduce(0, +))
                return state.most
            }
            if most >= full { isFull.signal() }
            isFull.wait()
            isFull.signal()
            state.withLock { $0.now[host] -= 1 }
        }
    }
}
