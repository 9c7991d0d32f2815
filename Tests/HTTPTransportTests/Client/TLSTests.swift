// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
final class TLSTests {
    let authority: TestAuthority
    let backend: LoopbackServer

    init() async throws {
        authority = try await TestAuthority()
        try await authority.issue(for: "DNS:localhost,IP:127.0.0.1")
        backend = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
    }

    deinit {
        backend.stop()
    }

    func client(trusting authority: TestAuthority?) -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        configuration.caFile = authority?.certificate
        return HTTPClient(configuration, environment: [:])
    }

    @Test(arguments: ["1.2", "1.3"])
    func aCustomAuthorityIsTrusted(_ version: String) async throws {
        let server = try await TLSServer(authority, newest: version, .relay(to: backend))
        defer { server.stop() }
        let client = client(trusting: authority)
        for host in ["localhost", "127.0.0.1"] {
            let body = HTTPBody.bytes(Data("hello".utf8))
            let response = try await client.send(.once(.post, server.url(host: host), body: body))
            #expect(response.body == Data("hello".utf8))
        }
        #expect(await server.connections(atLeast: 2) == Array(repeating: "TLSv\(version) http/1.1", count: 2))
    }

    @Test func anUnknownAuthorityIsRefused() async throws {
        let server = try await TLSServer(authority, .relay(to: backend))
        defer { server.stop() }
        for client in [client(trusting: nil), client(trusting: try await TestAuthority())] {
            let error = await expect(.tls) { try await client.send(HTTPRequest(.get, server.url("/?a=secret"))) }
            #expect(error?.isTransient == false)
            #expect(error?.message.contains("certificate") == true)
            #expect(error.map { "\($0)".contains("secret") } == false)
        }
        #expect(backend.record.requests.isEmpty)
    }

    @Test func aCertificateForAnotherHostIsRefused() async throws {
        try await authority.issue(for: "DNS:other.example")
        let server = try await TLSServer(authority, .relay(to: backend))
        defer { server.stop() }
        let client = client(trusting: authority)
        await expect(.tls) { try await client.send(.once(.get, server.url())) }
        await expect(.tls) { try await client.send(.once(.get, server.url(host: "127.0.0.1"))) }
        #expect(backend.record.requests.isEmpty)
    }

    @Test func versionsBefore1_2AreRefused() async throws {
        let server = try await TLSServer(authority, newest: "1.1", .relay(to: backend))
        defer { server.stop() }
        let client = client(trusting: authority)
        await expect(.tls) { try await client.send(.once(.get, server.url())) }
        #expect(backend.record.requests.isEmpty)
    }

    @Test func aServerWithoutTLSIsRefused() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readBody(atMost: 5)
            try connection.send("HTTP/1.1 400 This is plain\r\n\r\n")
        }
        defer { server.stop() }
        let plain = try #require(URL(string: "https://localhost:\(server.port)/"))
        await expect(.tls) { try await client(trusting: authority).send(.once(.get, plain)) }
    }

    @Test func aHandshakeThatBreaksOffIsAMatterOfTheNetwork() async throws {
        let server = try await TLSServer(authority, .hangup)
        defer { server.stop() }
        let error = await expect(.connectionFailed) {
            try await client(trusting: authority).send(.once(.get, server.url()))
        }
        #expect(error?.isTransient == true)
    }

    @Test func aFileOfAuthoritiesThatIsNotThere() async throws {
        let server = try await TLSServer(authority, .relay(to: backend))
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.caFile = authority.directory.appending(path: "none.pem")
        let client = HTTPClient(configuration, environment: [:])
        let error = await expect(.tls) { try await client.send(HTTPRequest(.get, server.url())) }
        #expect(error?.message == "The file of certificate authorities can't be read.")
    }

    @Test func connectionsAreReused() async throws {
        let server = try await TLSServer(authority, .relay(to: backend))
        defer { server.stop() }
        let client = client(trusting: authority)
        for _ in 0..<10 { _ = try await client.send(.once(.get, server.url())) }
        #expect(await server.connections(atLeast: 1).count == 1)
        let total = try await client.stream(.once(.get, server.url())) { try await $0.body.reduce(0) { $0 + $1.count } }
        #expect(total == 0)
    }

    @Test func aRedirectFromTLSToPlainLoopbackIsRefused() async throws {
        let plain = try backend.url()
        let redirector = try LoopbackServer.answering { _ in
            ScriptedResponse(302, headers: [("Location", "\(plain)")])
        }
        defer { redirector.stop() }
        let server = try await TLSServer(authority, .relay(to: redirector))
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url())
        request.redirects = .follow(maximum: 1)
        await expect(.redirectRefused) { try await client(trusting: authority).send(request) }
        #expect(backend.record.requests.isEmpty)
    }
}
