// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedirectTests {
    let client = HTTPClient(environment: [:])

    /// Redirects `/<n>` to `/<n-1>` and answers `/0`; `/to` redirects to what the query says.
    static func server() throws -> LoopbackServer {
        try LoopbackServer.answering { request in
            let path = request.target.dropFirst()
            if path == "0" { return ScriptedResponse(200, "arrived") }
            if let number = Int(path) { return ScriptedResponse(302, headers: [("Location", "/\(number - 1)")]) }
            let target = path.split(separator: "?").last.flatMap { String($0).removingPercentEncoding } ?? ""
            return ScriptedResponse(307, headers: [("Location", target)], "moved")
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func areRefusedByDefault(_ status: Int) async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(status, headers: [("Location", "/elsewhere?secret")])
        }
        defer { server.stop() }
        let error = await expect(.redirectRefused) { try await client.send(.once(.get, server.url())) }
        #expect(error?.status == status)
        #expect(error.map { "\($0)".contains("secret") } == false)
        await expect(.redirectRefused) { try await client.stream(.once(.get, server.url())) { _ in } }
        #expect(server.record.requests.count == 2)
    }

    @Test(arguments: [300, 304, 305, 306])
    func otherStatusesAreResponses(_ status: Int) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(status, headers: [("Location", "/x")]) }
        defer { server.stop() }
        #expect(try await client.send(.once(.get, server.url())).status == status)
    }

    @Test func aRedirectWithoutATargetIsAResponse() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(302) }
        defer { server.stop() }
        #expect(try await client.send(.once(.get, server.url())).status == 302)
    }

    @Test func areFollowedUpToAMaximum() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url("/3"))
        request.redirects = .follow(maximum: 3)
        #expect(try await client.send(request).body == Data("arrived".utf8))
        #expect(server.record.requests.map(\.target) == ["/3", "/2", "/1", "/0"])
        #expect(server.record.accepted == 1)
        #expect(try await client.stream(request) { try await $0.body.collect(atMost: 100) } == Data("arrived".utf8))

        request.redirects = .follow(maximum: 2)
        await expect(.redirectRefused) { try await client.send(request) }
    }

    @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
    func requestsThatChangeThingsAreNeverRedirected(_ method: HTTPMethod) async throws {
        let server = try Self.server()
        defer { server.stop() }
        var request = HTTPRequest.once(method, try server.url("/1"), body: .bytes(Data("x".utf8)))
        request.redirects = .follow(maximum: 3)
        await expect(.redirectRefused) { try await client.send(request) }
        #expect(server.record.requests.count == 1)
    }

    @Test(arguments: [
        "http://example.com/", "http://0.0.0.0/", "ftp://127.0.0.1/", "file:///etc/passwd", "//example.com/",
        "javascript:alert(1)",
    ])
    func targetsThatAreNeitherEncryptedNorLocal(_ target: String) async throws {
        let server = try Self.server()
        defer { server.stop() }
        let query = try #require(target.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        var request = HTTPRequest.once(.get, try server.url("/to?\(query)"))
        request.redirects = .follow(maximum: 3)
        await expect(.redirectRefused) { try await client.send(request) }
    }

    @Test func aTargetWithCredentialsIsRefused() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var request = HTTPRequest.once(.get, try server.url("/to?http://user:secret@127.0.0.1:\(server.port)/0"))
        request.redirects = .follow(maximum: 3)
        await expect(.invalidRequest) { try await client.send(request) }
        #expect(server.record.requests.count == 1)
    }
}
