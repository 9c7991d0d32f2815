// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MalformedResponseTests {
    let client = HTTPClient(environment: [:])

    static func server(_ answer: String) throws -> LoopbackServer {
        try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send(answer)
        }
    }

    @Test(arguments: [
        "garbage", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/3 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Encoding: unknown\r\nContent-Length: 4\r\n\r\nabcd",
    ])
    func isAnError(_ answer: String) async throws {
        let server = try Self.server(answer)
        defer { server.stop() }
        await expect(.malformedResponse) { try await client.send(.once(.get, server.url())) }
        await server.wait { $0.open == 0 }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func anAnswerThatEndsTooSoonIsALostConnection(_ answer: String) async throws {
        let server = try Self.server(answer)
        defer { server.stop() }
        let error = await expect(.connectionLost) { try await client.send(.once(.get, server.url())) }
        #expect(error?.isTransient == true)
    }

    @Test func arbitraryAnswersEndInAResponseOrAnError() async throws {
        let pieces = [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.0 500 \r\n", "HTTP/2 200\r\n", "\r\n", "Content-Length: 3\r\n",
            "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked\r\n",
            "Content-Encoding: deflate\r\n",
            "Connection: close\r\n", "3\r\nabc\r\n", "FFFFFFFFFFFFFFFF\r\n", "0\r\n\r\n", "\u{0}", "abc", ": \r\n",
            " x\r\n",
            "Location: ://\r\n", "HTTP/1.1 302 x\r\nLocation: \r\n\r\n", "HTTP/1.1 100 \r\n\r\n", "Retry-After: x\r\n",
        ]
        let generator = Mutex(SeededGenerator(seed: 5))
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            let answer = generator.withLock { generator in
                (Bool.random(using: &generator) ? pieces[..<1] : [])
                    + (0..<Int.random(in: 1...8, using: &generator)).compactMap { _ in
                        pieces.randomElement(using: &generator)
                    }
            }
            try connection.send(answer.joined())
        }
        defer { server.stop() }
        var ends: [String: Int] = [:]
        let request = HTTPRequest.once(.get, try server.url())
        for _ in 0..<500 {
            do throws(HTTPError) {
                ends["\(try await client.send(request).status)", default: 0] += 1
            } catch {
                #expect(error.code != .unavailable, "\(error) \(error.underlying as Any)")
                ends[error.code.rawValue, default: 0] += 1
            }
        }
        #expect(ends.count >= 4, "\(ends)")
    }
}
