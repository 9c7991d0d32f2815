// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import HTTPTransport

struct HeaderParserTests {
    func parse(_ lines: [String], maximumBytes: Int = 1_000) -> [HeaderParser.Step] {
        var parser = HeaderParser(maximumBytes: maximumBytes)
        return lines.map { parser.consume(Array(($0 + "\r\n").utf8)) }
    }

    @Test func readsAHead() throws {
        let steps = parse(["HTTP/1.0 404 Not Found", "A:1", "B: \t x y \t", "C:", "D: é", "", "Trailer: 1"])
        guard case .complete(let head) = steps[5], case .incomplete = steps[6] else {
            Issue.record("\(steps)")
            return
        }
        let headers: HTTPHeaders = ["A": "1", "B": "x y", "C": "", "D": "é"]
        #expect(head == HTTPResponseHead(status: 404, headers: headers, version: .http1_0))
    }

    @Test func interimHeadsAreForgotten() throws {
        let steps = parse(["HTTP/1.1 100 Continue", "A: 1", "", "HTTP/2 200", "B: 2", ""])
        guard case .complete(let head) = steps[5] else {
            Issue.record("\(steps)")
            return
        }
        #expect(head == HTTPResponseHead(status: 200, headers: ["B": "2"], version: .http2))
    }

    @Test func bytesThatAreNoUTF8AreLatin1() throws {
        var parser = HeaderParser(maximumBytes: 100)
        _ = parser.consume(Array("HTTP/1.1 200 OK\r\n".utf8))
        _ = parser.consume(Array("A: ".utf8) + [0xE9, 0x0D, 0x0A])
        guard case .complete(let head) = parser.consume([0x0D, 0x0A]) else { return }
        #expect(head.headers["A"] == "é")
    }

    @Test(arguments: [
        ["HTTP/1.1 20 OK"], ["HTTP/1.1 abc OK"], ["HTTP/1.1"], ["HTTP/3 200"], ["HTTP/1.1 0200 OK"], ["ICY 200 OK"],
        ["HTTP/1.1 +20 OK"], ["A: 1"], [""],
        ["HTTP/1.1 200 OK", "no colon"], ["HTTP/1.1 200 OK", ": 1"], ["HTTP/1.1 200 OK", "A : 1"],
        ["HTTP/1.1 200 OK", " folded: 1"], ["HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", ""],
        ["HTTP/1.1 200 OK", "A: b\rc"], ["HTTP/1.1 200 OK", "A: \u{1B}[0m"],
        ["HTTP/1.1 200 OK", "A: " + String(repeating: "a", count: 1_000)],
    ])
    func malformedHeadsAreRefused(_ lines: [String]) {
        guard case .malformed? = parse(lines).last else {
            Issue.record("\(lines) passed")
            return
        }
    }

    @Test func interimHeadsCountTowardsTheLimit() {
        let steps = parse((0..<100).flatMap { _ in ["HTTP/1.1 103 Early Hints", "A: 1", ""] })
        guard case .malformed? = steps.last else {
            Issue.record("No limit")
            return
        }
    }

    @Test func trailersCountTowardsTheLimit() {
        let steps = parse(["HTTP/1.1 200 OK", ""] + (0..<100).map { "Trailer-\($0): 1" })
        guard case .malformed? = steps.last else {
            Issue.record("No limit")
            return
        }
    }

    @Test func arbitraryLinesNeverTrap() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("HTTP/1.1 200 OK:\r\n\tAä".utf8) + [0, 0x80, 0xFF]
        for _ in 0..<5_000 {
            var parser = HeaderParser(maximumBytes: 500)
            for _ in 0..<8 {
                let line = (0..<Int.random(in: 0...30, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                }
                _ = parser.consume(Bool.random(using: &generator) ? Array("HTTP/1.1 ".utf8) + line : line)
            }
        }
    }
}
