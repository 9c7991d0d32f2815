// SPDX-License-Identifier: Apache-2.0

import Foundation
import PrintableText
import TestSupport
import Testing

struct PrintableTextTests {
    @Test(
        arguments: [
            ("", ""), ("plain", "plain"), ("Ünïcödé 数据 🩺", "Ünïcödé 数据 🩺"), (#"C:\n\u{1b}"#, #"C:\n\u{1b}"#),
            ("a\nb\r\n\tc", #"a\nb\r\n\tc"#), ("\u{1B}[2J", #"\u{1b}[2J"#),
            ("\u{0}\u{7F}\u{9B}", #"\u{0}\u{7f}\u{9b}"#),
            ("\u{202E}evil\u{2066}", #"\u{202e}evil\u{2066}"#), ("a\u{200B}b\u{FEFF}", #"a\u{200b}b\u{feff}"#),
            ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("tag\u{E0041}", #"tag\u{e0041}"#), ("e\u{301}", "e\u{301}"),
        ]
    )
    func escapesWhatIsNoText(_ text: String, _ expected: String) {
        #expect(text.printable().unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("", 0, ""),
            ("ab\u{1}", 7, #"ab\u{1}"#), ("ab\u{1}", 6, "ab…"), ("a\nb", 3, "a…"), ("a\nb", 4, #"a\nb"#),
        ]
    )
    func cutsToALength(_ text: String, _ limit: Int, _ expected: String) {
        #expect(text.printable(limit: limit) == expected)
    }

    @Test(
        arguments: [
            ("{}", "{}"), ("[\n  \"数据 🩺\"\n]", "[\n  \"数据 🩺\"\n]"), ("[1,\r\n\t2]", "[1, \n 2]"),
            ("\"\u{7F}\u{9B}31m\"", #""\u007f\u009b31m""#), ("\"\u{202E}\u{AD}\"", #""\u202e\u00ad""#),
            ("\"\u{E0041}\"", #""\udb40\udc41""#), ("\"\u{1B}\"", #""\u001b""#),
        ]
    )
    func escapesInJSONAsJSONDoes(_ document: String, _ expected: String) {
        #expect(document.printableJSON() == expected)
    }

    @Test func aShownDocumentSaysTheSame() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x1FFFF, using: &random)) }
            let text = String(String.UnicodeScalarView(scalars))
            let document = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
            let shown = document.printableJSON()
            #expect(shown.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" })
            #expect(try JSONDecoder().decode([String].self, from: Data(shown.utf8)) == [text])
        }
    }

    @Test func anyTextBecomesPrintableAndFits() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0xFF : 0x2070), using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let limit = Int.random(in: 0...30, using: &random)
            let shown = text.printable(limit: limit)
            #expect(shown.unicodeScalars.count <= limit)
            #expect(shown.unicodeScalars.allSatisfy { $0.isPrintable })
            // What is shown already isn't changed again.
            #expect(shown.printable() == shown)
        }
    }
}
