// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("plain", #""plain""#),
        ("a\"b\\c/d", #""a\"b\\c/d""#),
        ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\u{0}\u{1F}\u{7F}\u{80}\u{9F}", #""\u0000\u001f\u007f\u0080\u009f""#),
        ("\u{2028}\u{2029}\u{202E}\u{2066}\u{FEFF}\u{200F}", #""\u2028\u2029\u202e\u2066\ufeff\u200f""#),
        ("ü\u{A0}€🧪", "\"ü\u{A0}€🧪\""),
    ])
    func writesTheExpectedBytes(_ text: String, _ expected: String) {
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func anyTextReadsBackAndStaysOnOneLine() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let text = Self.randomText(&generator)
            var bytes: [UInt8] = []
            JSONText.append(text, to: &bytes)
            let read = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
            #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
            #expect(!bytes.contains { $0 < 0x20 })
        }
    }

    @Test func aCutTextIsALongestPrefixWithAMark() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let text = Self.randomText(&generator)
            let limit = Int.random(in: 3...80, using: &generator)
            let cut = JSONText.truncated(text, to: limit)
            var bytes: [UInt8] = []
            JSONText.append(cut, to: &bytes)
            #expect(bytes.count - 2 <= limit)
            guard cut != text else { continue }
            #expect(cut.unicodeScalars.last == "…")
            let kept = Array(cut.unicodeScalars.dropLast())
            #expect(Array(text.unicodeScalars.prefix(kept.count)) == kept)
            var longer: [UInt8] = []
            let next = String(String.UnicodeScalarView(text.unicodeScalars.prefix(kept.count + 1))) + "…"
            JSONText.append(next, to: &longer)
            #expect(longer.count - 2 > limit)
        }
    }

    @Test func aTextThatJustFitsIsNotCut() {
        #expect(JSONText.truncated("0123456789", to: 10) == "0123456789")
        #expect(JSONText.truncated("0123456789a", to: 10) == "0123456…")
        #expect(JSONText.truncated("\u{1}\u{1}", to: 12) == "\u{1}\u{1}")
        #expect(JSONText.truncated("\u{1}\u{1}", to: 11) == "\u{1}…")
    }

    static func randomText(_ generator: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        let ranges: [ClosedRange<UInt32>] = [0...0x2F, 0x20...0x7E, 0x7F...0x2FF, 0x2000...0x2070, 0x1F600...0x1F640]
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            guard let range = ranges.randomElement(using: &generator),
                let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator))
            else { continue }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
