// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import PrintableText
import Synchronization
import Testing

@testable import AgentDaemon

@Suite("Log lines") struct LogHandlerTests {
    /// What was written.
    private final class Lines: Sendable {
        private let bytes = Mutex(Data())
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
        @Sendable func append(_ data: Data) { bytes.withLock { $0 += data } }
    }

    private let lines = Lines()

    @Test("JSON is one object a line, its metadata as texts")
    func json() throws {
        struct Line: Decodable {
            let time: String
            let level: String
            let logger: String
            let message: String
            let metadata: [String: String]?
        }
        var logger = Logger(label: "hub") { JSONLogHandler(label: $0, logLevel: .info, write: lines.append) }
        logger[metadataKey: "pod"] = "acme/hospital-a"
        logger.warning("first\nsecond", metadata: ["datasets": "3", "pod": "other"])
        logger.debug("not shown")
        logger.info("plain")
        logger.info("\u{9B}2J\u{202E}", metadata: ["error": "\u{7F}"])
        #expect(lines.text.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" })
        let decoded = try lines.text.split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        #expect(decoded.map(\.message) == ["first\nsecond", "plain", "\u{9B}2J\u{202E}"])
        #expect(decoded.map(\.level) == ["warning", "info", "info"])
        #expect(decoded.map(\.logger) == ["hub", "hub", "hub"])
        let pod = ["pod": "acme/hospital-a"]
        let texts = [["datasets": "3", "pod": "other"], pod, pod.merging(["error": "\u{7F}"]) { $1 }]
        #expect(decoded.map(\.metadata) == texts)
        #expect(decoded.allSatisfy { $0.time.hasSuffix("Z") })
    }

    @Test("Text is one line for people, which foreign text can't leave")
    func text() {
        let logger = Logger(label: "tasks") { TextLogHandler(label: $0, logLevel: .info, write: lines.append) }
        logger.notice("a task of \u{1b}[31mmallory\nlevel=error", metadata: ["b": "2", "a": "1"])
        #expect(lines.text.filter { $0 == "\n" }.count == 1)
        #expect(lines.text.hasSuffix("\n"))
        #expect(!lines.text.contains("\u{1b}"))
        #expect(lines.text.contains(" notice tasks: a task of "))
        #expect(lines.text.contains(" [a=1 b=2]"))
    }
}
