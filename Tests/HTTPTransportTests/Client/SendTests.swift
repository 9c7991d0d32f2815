// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SendTests {
    let client = HTTPClient(environment: [:])

    @Test func returnsStatusHeadersAndBody() async throws {
        let server = try LoopbackServer.answering { _ in
            ScriptedResponse(
                201,
                headers: [("X-One", " a "), ("x-two", "1"), ("X-Two", "2"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")],
                "made"
            )
        }
        defer { server.stop() }
        let response = try await client.send(.once(.get, server.url("/a%20b/../c?x=1&y=%2F#fragment")))
        #expect(response.status == 201)
        #expect(response.version == .http1_1)
        #expect(response.headers["x-ONE"] == "a")
        #expect(response.headers.values(of: "X-TWO") == ["1", "2"])
        #expect(response.body == Data("made".utf8))
        #expect(response.date == Date(timeIntervalSince1970: 784_111_777))
        let request = try #require(server.record.requests.first)
        #expect(request.method == "GET")
        #expect(request.target == "/a%20b/../c?x=1&y=%2F")
        #expect(request.headers["Accept-Encoding"] == "gzip, deflate")
        #expect(!request.headers.contains("User-Agent"))
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func sendsEachMethodWithoutBody(_ name: String) async throws {
        let server = try LoopbackServer.answering { request in
            request.method == "HEAD" ? ScriptedResponse(200) : ScriptedResponse(200, request.method)
        }
        defer { server.stop() }
        let response = try await client.send(.once(HTTPMethod(rawValue: name), server.url()))
        #expect(response.body == Data((name == "HEAD" ? "" : name).utf8))
        let request = try #require(server.record.requests.first)
        #expect(request.method == name)
        #expect(request.headers["Content-Length"] == (["POST", "PUT", "PATCH"].contains(name) ? "0" : nil))
        #expect(!request.headers.contains("Content-Type"))
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE"])
    func sendsBodies(_ name: String) async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        let body = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        // A slice: its indices don't start at zero.
        let slice = body.dropFirst(1_000)
        let response = try await client.send(.once(HTTPMethod(rawValue: name), server.url(), body: .bytes(slice)))
        #expect(response.body == slice)
        let request = try #require(server.record.requests.first)
        #expect(request.headers["Content-Length"] == "299000")
        #expect(!request.headers.contains("Transfer-Encoding"))
        #expect(!request.headers.contains("Expect"))
    }

    @Test func sendsHeadersAsGiven() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.userAgent = "pod-agent/1"
        var request = HTTPRequest.once(.get, try server.url())
        request.headers = [
            "X-Empty": "", "X-Blank": " \t", "X-Many": "1", "Accept": "text/plain", "Accept-Encoding": "identity",
        ]
        request.headers.append("X-Many", "2")
        _ = try await HTTPClient(configuration, environment: [:]).send(request)
        let received = try #require(server.record.requests.first).headers
        #expect(received["X-Empty"] == "")
        #expect(received["X-Blank"] == "")
        #expect(received.values(of: "X-Many") == ["1", "2"])
        #expect(received.values(of: "Accept") == ["text/plain"])
        #expect(received.values(of: "Accept-Encoding") == ["identity"])
        #expect(received["User-Agent"] == "pod-agent/1")
    }

    @Test func goesThroughAUnixSocket() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = HTTPClientConfiguration()
        configuration.unixSocket = directory.appending(path: "s")
        let server = try LoopbackServer(unixSocket: directory.appending(path: "s")) { connection in
            while let request = try connection.readRequest() {
                try connection.send(ScriptedResponse(200, request.target))
            }
        }
        defer { server.stop() }
        // A proxy has no part in it, and the URL's rules hold all the same.
        let client = HTTPClient(configuration, environment: ["all_proxy": "http://127.0.0.1:1"])
        let local = try #require(URL(string: "http://localhost/status"))
        #expect(try await client.send(.once(.get, local)).body == Data("/status".utf8))
        let remote = try #require(URL(string: "http://hub.example/status"))
        await expect(.plainHTTPRefused) { try await client.send(.once(.get, remote)) }
    }

    @Test func readsChunkedBodiesAndIgnoresTrailersAndInterimResponses() async throws {
        let server = try LoopbackServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\n")
                try connection.send("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n")
            }
        }
        defer { server.stop() }
        let response = try await client.send(.once(.get, server.url()))
        #expect(response.body == Data("abcde".utf8))
        #expect(!response.headers.contains("X-Early"))
        #expect(!response.headers.contains("X-Late"))
    }

    @Test func usesOneConnectionForRequestsInARow() async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        for number in 0..<50 {
            let body = Data("\(number)".utf8)
            #expect(try await client.send(.once(.post, server.url(), body: .bytes(body))).body == body)
        }
        #expect(server.record.accepted == 1)
        #expect(server.record.requests.count == 50)
    }

    @Test func answersWithErrorStatusesAreResponses() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(404, "no\u{7}\u{202E}ne") }
        defer { server.stop() }
        let response = try await client.send(.once(.get, server.url()))
        #expect(response.status == 404)
        #expect(response.excerpt == #"no\u{7}\u{202e}ne"#)
        #expect("\(response)" == "HTTP/1.1 404, 8 bytes")
    }
}
