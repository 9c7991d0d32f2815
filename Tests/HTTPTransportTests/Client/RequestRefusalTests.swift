// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

/// Requests that must fail before anything is sent.
@Suite(.timeLimit(.minutes(1)))
struct RequestRefusalTests {
    let client = HTTPClient(environment: [:])

    // Each of these reaches a server on 127.0.0.1 on Linux, if it is let through.
    @Test(arguments: ["0.0.0.0", "[::ffff:127.0.0.1]"])
    func plainHTTPToOtherHostsSendsNothing(_ host: String) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        let url = try server.url("/?token=secret", host: host)
        let error = await expect(.plainHTTPRefused) { try await client.send(.once(.get, url)) }
        #expect(error?.isTransient == false)
        #expect(error.map { "\($0)".contains("secret") } == false)
        await expect(.plainHTTPRefused) { try await client.stream(.once(.get, url)) { _ in } }
        // The refused requests came first, so they would be counted by now.
        _ = try await client.send(.once(.get, server.url("/", host: "localhost")))
        #expect(server.record.accepted == 1)
    }

    @Test func plainHTTPToLoopbackPasses() async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, $0.headers["Host"] ?? "") }
        defer { server.stop() }
        for host in ["localhost", "127.0.0.1", "LOCALHOST"] {
            let response = try await client.send(.once(.get, server.url("/", host: host)))
            #expect(response.body == Data("\(host.lowercased()):\(server.port)".utf8) || host == "LOCALHOST")
        }
    }

    @Test(arguments: [
        "ftp://localhost/", "file:///etc/passwd", "localhost", "/path", "https://",
        "https://user@localhost/", "https://user:secret@localhost/", "https://:@localhost/",
        "http://127.0.0.1:80@evil.example/", "http://localhost%00.evil.example/", "http://localhost%2F.evil.example/",
        "http://127.1/", "http://0x7f.0.0.1/", "http://localhost:99999/",
    ])
    func urlsThatAreNotForHTTPOrAmbiguous(_ text: String) async throws {
        guard let url = URL(string: text) else { return }
        let error = await #expect(throws: HTTPError.self) { try await client.send(.once(.get, url)) }
        #expect([.invalidRequest, .plainHTTPRefused].contains(error?.code))
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    @Test func headersThatSplitTheMessage() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        for (name, value) in [
            ("X-A", "1\r\nX-B: secret"), ("X-A\r\nX-B", "1"), ("Host", "evil"), ("Content-Length", "0"),
        ] {
            var request = HTTPRequest.once(.get, try server.url())
            request.headers.append(name, value)
            let error = await expect(.invalidRequest) { try await client.send(request) }
            #expect(error.map { "\($0)".contains("secret") } == false)
        }
        await expect(.invalidRequest) {
            try await client.send(.once(HTTPMethod(rawValue: "GET / HTTP/1.1\r\nX:"), server.url()))
        }
        await expect(.invalidRequest) { try await client.send(.once(HTTPMethod(rawValue: ""), server.url())) }
        #expect(server.record.accepted == 0)
    }

    @Test func followingRedirectsWithCredentials() async throws {
        let url = try #require(URL(string: "https://localhost/"))
        var request = HTTPRequest.once(.get, url)
        request.redirects = .follow(maximum: 1)
        request.isCredentialed = true
        await expect(.invalidRequest) { try await client.send(request) }
        request.isCredentialed = false
        request.headers["Authorization"] = "Bearer x"
        await expect(.invalidRequest) { try await client.send(request) }
    }

    @Test func requestsBeyondTheWaitingLine() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        }
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnections = 1
        configuration.maximumWaitingRequests = 2
        let client = HTTPClient(configuration, environment: [:])
        let url = try server.url()
        let codes = await withTaskGroup(of: HTTPError.Code?.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do throws(HTTPError) {
                        _ = try await client.send(.once(.get, url))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            let first = await group.next() ?? nil
            client.shutdown()
            return await group.reduce(into: [first]) { $0.append($1) }
        }
        // One runs and two wait; or, if all four came at once, none had been let in when the third came.
        #expect(codes.first == .overloaded)
        #expect(codes.filter { $0 == .cancelled }.count >= 2)
        #expect(server.record.accepted <= 1)
    }
}
