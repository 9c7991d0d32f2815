import Foundation
import HTTPTestSupport
import HTTPTransport
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
        #expect(server.record.mostOpen <= HTTPClientConfiguration().maximumConnectionsPerHost)
    }

    @Test func connectionsAreLimitedOverallAndPerHost() async throws {
        let (one, two) = (try Self.gate(), try Self.gate())
        defer {
            one.stop()
            two.stop()
        }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnections = 5
        configuration.maximumConnectionsPerHost = 3
        let client = HTTPClient(configuration, environment: [:])
        let urls = [try one.url(), try two.url()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { _ = try await client.send(.once(.get, urls[number % 2])) }
            }
            try await group.waitForAll()
        }
        #expect(one.record.mostOpen <= 3)
        #expect(two.record.mostOpen <= 3)
        #expect(one.record.requests.count == 20)
        #expect(two.record.requests.count == 20)
    }

    private static func gate() throws -> LoopbackServer {
        try LoopbackServer.answering { _ in ScriptedResponse() }
    }
}
