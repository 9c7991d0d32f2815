import Foundation
import TestSupport
import Testing

@testable import FlameHub

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONFault) -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    private static let values: [(String, JSONValue)] = [
        ("null", nil), (" true ", true), ("\tfalse\r\n", false), ("0", 0), ("-0", 0), ("42", 42),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e3", .number(1000)),
        ("-1.5E-2", .number(-0.015)), (#""""#, ""), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{c}\n\r\tz"),
        (#""\u00e9\ud83d\ude00\u0000""#, "é😀\u{0}"), ("\"é😀\"", "é😀"), ("[]", []), ("[1,[2],{}]", [1, [2], [:]]),
        (#"{"a":{"b":[null]},"":1}"#, ["a": ["b": [nil]], "": 1]),
    ]

    @Test(arguments: values)
    func readsValues(_ text: String, _ value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [#""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ude00""#])
    func replacesHalfSurrogatePairs(_ text: String) throws {
        #expect(try parse(text).stringValue?.contains("\u{FFFD}") == true)
    }

    @Test(arguments: [
        ("", JSONFault.Code.truncated), ("{", .truncated), ("[1", .truncated), ("[1,", .truncated), ("tru", .truncated),
        ("\"a", .truncated), (#"{"a""#, .truncated), (#"{"a":"#, .truncated), ("-", .truncated), ("1.", .truncated),
        ("1e", .truncated), (#""\u12"#, .truncated), ("nul1", .unexpectedByte), ("1 2", .unexpectedByte),
        ("01", .unexpectedByte), ("+1", .unexpectedByte), (".5", .unexpectedByte), ("1.x", .unexpectedByte),
        ("[1,]", .unexpectedByte), ("{,}", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte),
        ("{1:2}", .unexpectedByte),
        ("\"a\u{1}\"", .unexpectedByte), ("NaN", .unexpectedByte), ("<html>", .unexpectedByte),
        (#""\x""#, .invalidText), (#""\u12g4""#, .invalidText), ("1e999", .numberOutOfRange),
        (#"{"a":1,"a":2}"#, .duplicateKey),
    ])
    func refuses(_ text: String, _ code: JSONFault.Code) {
        #expect { try parse(text) } throws: { ($0 as? JSONFault)?.code == code }
    }

    @Test func refusesTextThatIsNotUTF8() {
        #expect { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) } throws: { ($0 as? JSONFault)?.code == .invalidText }
    }

    @Test func refusesDeepNesting() throws {
        let depth = JSONParser.maximumDepth
        #expect(throws: Never.self) {
            try parse(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        #expect { try parse(String(repeating: "[{\"a\":", count: 100_000)) } throws: {
            ($0 as? JSONFault)?.code == .tooDeep
        }
    }

    @Test func readsWhatItWrites() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let value = Self.value(depth: 4, using: &random)
            let bytes = value.serialized
            #expect(try JSONParser.parse(bytes) == value)
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
        }
    }

    @Test func agreesWithFoundationOnDamagedBytes() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            var bytes = JSONValue.array([Self.value(depth: 3, using: &random)]).serialized
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(Self.syntax[Int.random(in: 0..<Self.syntax.count, using: &random)], at: index)
                }
                if bytes.isEmpty { bytes = [0x30] }
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            // Whatever is accepted is JSON to others too, and says the same.
            let theirs = try JSONDecoder().decode(Anything.self, from: Data(bytes)).value
            #expect(Self.isSame(theirs, value))
        }
    }

    /// Foundation does not tell 1.0 from 1.
    private static func isSame(_ first: JSONValue, _ second: JSONValue) -> Bool {
        switch (first, second) {
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { isSame($0, $1) }
        case (.object(let first), .object(let second)):
            first.count == second.count
                && first.allSatisfy { key, value in second[key].map { isSame(value, $0) } ?? false }
        default: first == second || (first.numberValue != nil && first.numberValue == second.numberValue)
        }
    }

    private static let syntax = Array(#"{}[],:"\u0123456789eE+-.tfn "#.utf8)

    private static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: .number(Double.random(in: -1e9...1e9, using: &random) + 0.5)
        case 4, 5: .string(text(using: &random))
        case 6: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1, using: &random) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                        (text(using: &random), value(depth: depth - 1, using: &random))
                    }
                ) { $1 }
            )
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        let alphabet: [Character] = ["a", "Z", "\"", "\\", "/", "\n", "\u{1}", "é", "😀", "\u{7F}", " ", "0"]
        return String(
            (0..<Int.random(in: 0..<8, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
        )
    }

    /// Foundation's opinion.
    private struct Anything: Decodable {
        let value: JSONValue

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let bool = try? container.decode(Bool.self) {
                value = .bool(bool)
            } else if let text = try? container.decode(String.self) {
                value = .string(text)
            } else if let list = try? container.decode([Anything].self) {
                value = .array(list.map(\.value))
            } else if let fields = try? container.decode([String: Anything].self) {
                value = .object(fields.mapValues(\.value))
            } else {
                let number = try container.decode(Double.self)
                let whole = try? container.decode(Int64.self)
                value = whole.map(JSONValue.integer) ?? .number(number)
            }
        }
    }
}
