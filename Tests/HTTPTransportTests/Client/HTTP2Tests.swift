// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
final class HTTP2Tests {
    let authority: TestAuthority
    let client: HTTPClient

    init() async throws {
        authority = try await TestAuthority()
        try await authority.issue(for: "DNS:localhost")
        var configuration = HTTPClientConfiguration()
        configuration.caFile = authority.certificate
        client = HTTPClient(configuration, environment: [:])
    }

    @Test func requestsShareOneConnection() async throws {
        // The server answers none before all twelve have come.
        let server = try await TLSServer(authority, .http2(requests: 12))
        defer { server.stop() }
        let (client, url) = (client, try server.url())
        try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await client.send(.once(.post, url, body: .bytes(Data(repeating: UInt8(number), count: 1_000))))
                }
            }
            var first: Set<UInt8?> = []
            for try await response in group {
                #expect(response.version == .http2)
                #expect(response.status == 200)
                #expect(response.body.count == 1_000)
                first.insert(response.body.first)
            }
            #expect(first.count == 12)
        }
        #expect(await server.connections(atLeast: 1) == ["TLSv1.3 h2"])
    }

    @Test func largeBodiesGoBothWays() async throws {
        let server = try await TLSServer(authority, .http2(requests: 1))
        defer { server.stop() }
        let body = Data((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 3) })
        for _ in 0..<3 {
            #expect(try await client.send(.once(.put, server.url(), body: .bytes(body))).body == body)
        }
        #expect(await server.connections(atLeast: 1).count == 1)
    }

    @Test func aServerThatSaysGoodbyeIsConnectedToAnew() async throws {
        let server = try await TLSServer(authority, .http2WithGoodbye(requests: 1))
        defer { server.stop() }
        for number in 1...5 {
            #expect(try await client.send(.once(.get, server.url())).status == 200)
            #expect(await server.connections(atLeast: number).count == number)
        }
    }

    @Test func cancellingOneRequestLeavesTheConnectionToTheOthers() async throws {
        let server = try await TLSServer(authority, .http2(requests: 2))
        defer { server.stop() }
        let (client, url) = (client, try server.url())
        let first = Task { try await client.send(.once(.get, url)) }
        _ = await server.connections(atLeast: 1)
        first.cancel()
        await expect(.cancelled) { try await first.value }
        async let second = client.send(.once(.get, url))
        async let third = client.send(.once(.get, url))
        let statuses = try await (second.status, third.status)
        #expect(statuses == (200, 200))
        #expect(await server.connections(atLeast: 1).count == 1)
    }
}
