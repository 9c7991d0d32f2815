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
        let (overall, first, second) = (Gauge(), Gauge(), Gauge())
        let servers = try [first, second].map { gauge in
            try LoopbackServer.answering { _ in
                gauge.measure { overall.measure { usleep(2_000) } }
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
        #expect(first.most <= 3 && second.most <= 3)
        #expect(overall.most <= 5)
    }

    /// How many do something at once.
    private final class Gauge: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        var most: Int { counts.withLock { $0.most } }

        func measure(_ work: () -> Void) {
            counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            work()
            counts.withLock { $0.now -= 1 }
        }
    }
}
