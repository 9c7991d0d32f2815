// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct UploadTests {
    let client = HTTPClient(environment: [:])

    /// Yields pieces of a body and notes them in a ledger.
    struct Pieces: AsyncSequence, Sendable {
        typealias Failure = any Error
        let count: Int
        let piece: Data
        let ledger: Ledger

        struct Iterator: AsyncIteratorProtocol {
            var left: Int
            let pieces: Pieces

            mutating func next() async throws -> Data? {
                guard left > 0 else { return nil }
                left -= 1
                pieces.ledger.produce(pieces.piece.count)
                return pieces.piece
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(left: count, pieces: self) }
    }

    static func stream(_ pieces: [String], length: Int64, failure: (any Error)? = nil) -> HTTPBody {
        .stream(length: length) {
            AsyncThrowingStream { continuation in
                for piece in pieces { continuation.yield(Data(piece.utf8)) }
                continuation.finish(throwing: failure)
            }
        }
    }

    @Test func aSlowServerHoldsTheProducerBack() async throws {
        let size = 200_000_000
        let ledger = Ledger()
        let server = try LoopbackServer { connection in
            guard let request = try connection.readHead() else { return }
            var left = Int(request.headers["Content-Length"] ?? "") ?? 0
            // Reads nothing before a good deal was produced.
            ledger.block(untilProduced: 2_000_000)
            while left > 0 {
                let bytes = try connection.readBody(atMost: left)
                guard !bytes.isEmpty else { return }
                left -= bytes.count
                ledger.consume(bytes.count)
            }
            try connection.send(ScriptedResponse(200, "all"))
        }
        defer { server.stop() }
        let pieces = Pieces(count: 200, piece: Data(count: size / 200), ledger: ledger)
        var request = HTTPRequest.once(.put, try server.url(), body: .stream(length: Int64(size)) { pieces })
        request.timeout = nil
        #expect(try await client.send(request).body == Data("all".utf8))
        #expect(ledger.produced == size)
        #expect(ledger.mostUnderWay < 24_000_000, "Two pieces and the sockets' own buffers, not the body.")
    }

    @Test(arguments: [["abc", "", "def"], ["abcdef"], ["a", "b", "c", "d", "e", "f", ""]])
    func piecesArriveInOrder(_ pieces: [String]) async throws {
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        let request = HTTPRequest.once(.post, try server.url(), body: Self.stream(pieces, length: 6))
        #expect(try await client.send(request).body == Data("abcdef".utf8))
        #expect(server.record.requests.first?.headers["Content-Length"] == "6")
    }

    @Test(arguments: [["abc", "de"], ["abc", "defg"], ["abcdef", "g"], []])
    func aBodyOfAnotherLengthThanAnnouncedFails(_ pieces: [String]) async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readRequest()
            try connection.send(ScriptedResponse(200))
        }
        defer { server.stop() }
        let request = HTTPRequest.once(.post, try server.url(), body: Self.stream(pieces, length: 6))
        await expect(.bodyFailed) { try await client.send(request) }
        #expect(server.record.requests.isEmpty, "The server never has a whole request.")
        await server.wait { $0.open == 0 }
    }

    @Test func aBodyThatThrowsFails() async throws {
        struct Broken: Error {}
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        let body = Self.stream(["abc"], length: 6, failure: Broken())
        var request = HTTPRequest.once(.post, try server.url(), body: body)
        request.retry = .standard
        let retried = request
        let error = await expect(.bodyFailed) { try await client.send(retried) }
        #expect(error?.underlying is Broken)
        #expect(error?.isTransient == false)
        #expect(server.record.accepted == 1)
    }

    @Test func anEmptyStreamIsAnEmptyBody() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse() }
        defer { server.stop() }
        let request = HTTPRequest.once(.put, try server.url(), body: Self.stream([], length: 0))
        #expect(try await client.send(request).status == 200)
        #expect(server.record.requests.first?.headers["Content-Length"] == "0")
    }

    @Test func aNegativeLengthIsRefused() async throws {
        let url = try #require(URL(string: "http://localhost/"))
        await expect(.invalidRequest) { try await client.send(.once(.put, url, body: Self.stream([], length: -1))) }
    }

    @Test func filesAreSentWhole() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let server = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        defer { server.stop() }
        let file = directory.appending(path: "file")
        for size in [0, 1, 262_144, 1_000_003] {
            let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try content.write(to: file)
            let response = try await client.send(.once(.put, server.url(), body: .file(file)))
            #expect(response.body == content)
        }
    }

    @Test func filesThatCannotBeSent() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let url = try #require(URL(string: "http://localhost/"))
        let pipe = directory.appending(path: "pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        for file in [directory.appending(path: "none"), directory, pipe] {
            let error = await expect(.file) { try await client.send(.once(.put, url, body: .file(file))) }
            #expect(error?.message.contains(file.lastPathComponent) == true)
        }
    }

    @Test func anAnswerBeforeTheBodyWasReadEndsTheUpload() async throws {
        let server = try LoopbackServer { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
            try connection.waitForClose()
        }
        defer { server.stop() }
        let pieces = Pieces(count: 1_000, piece: Data(count: 1_000_000), ledger: Ledger())
        var request = HTTPRequest.once(.put, try server.url(), body: .stream(length: 1_000_000_000) { pieces })
        request.timeout = nil
        let response = try await client.send(request)
        #expect(response.status == 403)
        #expect(response.body == Data("no".utf8))
        #expect(pieces.ledger.produced < 1_000_000_000)
    }

    @Test func bodyAndResponseCanStreamAtTheSameTime() async throws {
        let server = try LoopbackServer { connection in
            guard let request = try connection.readHead() else { return }
            var left = Int(request.headers["Content-Length"] ?? "") ?? 0
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(left)\r\n\r\n")
            while left > 0 {
                let bytes = try connection.readBody(atMost: left)
                guard !bytes.isEmpty else { return }
                try connection.send(bytes)
                left -= bytes.count
            }
            try connection.waitForClose()
        }
        defer { server.stop() }
        let pieces = Pieces(count: 100, piece: Data(repeating: 7, count: 500_000), ledger: Ledger())
        var request = HTTPRequest.once(.post, try server.url(), body: .stream(length: 50_000_000) { pieces })
        request.maximumResponseBytes = 50_000_000
        request.timeout = nil
        let count = try await client.stream(request) { response in
            try await response.body.reduce(into: 0) { $0 += $1.count }
        }
        #expect(count == 50_000_000)
    }
}
