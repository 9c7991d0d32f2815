// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import StrictJSON
import TestSupport
import Testing

struct JSONValueTests {
    private func expect(
        _ code: JSONError.Code,
        sourceLocation: SourceLocation = #_sourceLocation,
        from call: () throws -> some Any
    ) {
        let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) { _ = try call() }
        #expect(error?.code == code, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "1.5", "-0.25", "1e+16", "\"\"", #""a\"b\\c\n\r\td""#, "\"é☃😀\"", "[]", "[1,[2,{}]]",
        #"{"b":1,"a":{"c":null}}"#,
    ])
    func comesBackAsItWas(_ text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        let again = try String(decoding: value.serialized(), as: UTF8.self)
        #expect(again == (text == "-0" ? "0" : text))
    }

    @Test func keepsTheKindOfNumbers() throws {
        #expect(try JSONValue(parsing: "1".utf8) == .integer(1))
        #expect(try JSONValue(parsing: "1.0".utf8) == .double(1))
        #expect(try JSONValue(parsing: "1e0".utf8) == .double(1))
        #expect(try JSONValue(parsing: "18446744073709551615".utf8) == .unsigned(.max))
    }

    @Test func undoesEscapes() throws {
        #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\b\f\u0000""#.utf8) == .string("é😀/\u{8}\u{c}\u{0}"))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "truE", "01", "-", "+1", ".5", "1.", "1e", "1e+", "--1", "0x1", "NaN", "Infinity",
        "1e400",
        "18446744073709551616", "-9223372036854775809", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u+123\"", "\"a\nb\"", "[", "[1", "[1,", "[1,]", "[,1]", "{", "{\"a\"",
        "{\"a\":",
        "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "1 2",
        "{}x", "[1 2]", "'a'", "\u{FEFF}1",
    ])
    func refuses(_ text: String) {
        expect(.malformed) { try JSONValue(parsing: text.utf8) }
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
    ])
    func replacesLoneSurrogatesIfTold(_ text: String, _ read: String) throws {
        let limits = JSONLimits(replacesLoneSurrogates: true)
        #expect(try JSONValue(parsing: text.utf8, limits: limits) == .string(read))
        expect(.malformed) { try JSONValue(parsing: text.utf8) }
    }

    @Test func removesMembers() throws {
        var object: JSONObject = ["a": 1, "b": nil]
        #expect(object.removeValue(forKey: "b") == .null)
        #expect(object.removeValue(forKey: "b") == nil)
        #expect(object == ["a": 1])
        #expect(!object.isEmpty)
    }

    @Test func refusesBytesThatAreNotText() {
        expect(.malformed) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        expect(.malformed) { try JSONValue(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func boundsDepthAndLength() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
        }
        _ = try JSONValue(parsing: nested(64))
        expect(.malformed) { try JSONValue(parsing: nested(65)) }
        expect(.malformed) { try JSONValue(parsing: [UInt8](repeating: 0x5B, count: 1_000_000)) }
        expect(.tooLarge) {
            try JSONValue(parsing: "[1,2,3]".utf8, limits: JSONLimits(maximumBytes: 6))
        }
    }

    @Test func saysWhereTheFaultIs() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a": 1, "a": 2}"#.utf8) }
        #expect(error?.description == "repeated key at byte 12")
    }

    @Test func writesNoMoreThanAllowed() throws {
        let value: JSONValue = ["b": [1, 2], "a": "x"]
        let text = #"{"b":[1,2],"a":"x"}"#
        #expect(try value.serialized(maximumBytes: text.utf8.count) == Array(text.utf8))
        expect(.tooLarge) { try value.serialized(maximumBytes: text.utf8.count - 1) }
    }

    @Test func sortsKeysByTheirBytes() throws {
        let value: JSONValue = ["b": 1, "é": 2, "a": ["z": 1, "y": 2], "e\u{301}": 3]
        let text = #"{"a":{"y":2,"z":1},"b":1,"e\#u{301}":3,"é":2}"#
        #expect(try value.serialized(keyOrder: .sorted) == Array(text.utf8))
    }

    @Test(arguments: [
        (9_007_199_254_740_992, "9007199254740992.0"), (9.1e15, "9100000000000000.0"), (1e16, "1e+16"), (1, "1.0"),
        (-9.1e15, "-9100000000000000.0"), (1e-5, "1e-05"), (1.5e300, "1.5e+300"),
    ])
    func writesFloatsAsPythonDoes(number: Double, text: String) throws {
        #expect(try JSONValue.double(number).serialized() == Array(text.utf8))
    }

    @Test func tellsKeysApartByTheirBytes() throws {
        let object = try JSONValue(parsing: #"{"\u00e9":1,"e\u0301":2}"#.utf8).objectValue
        #expect(object?.count == 2)
    }

    @Test func objectsCompareWithoutOrder() throws {
        let one: JSONValue = ["a": 1, "b": [true, nil]]
        let other: JSONValue = ["b": [true, nil], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "b": [true, false]])
    }

    @Test func refusesNumbersThatJSONLacks() {
        expect(.notExpressible) { try JSONValue.double(.nan).serialized() }
        expect(.notExpressible) { try JSONValue(MessagePackValue.double(.infinity)) }
        expect(.notExpressible) { try JSONValue(MessagePackValue.array([.binary([1])])) }
        expect(.notExpressible) { try JSONValue(MessagePackValue.ext(1, [])) }
    }

    @Test func convertsToMessagePackAndBack() throws {
        let value: JSONValue = ["b": 1, "a": [.double(1), .unsigned(.max), .bool(true), nil, "x", ["k": -1]]]
        let back = try JSONValue(MessagePackValue(value))
        #expect(back == value)
        #expect(back.objectValue?.keys == ["b", "a"])
    }

    /// Foundation is the second opinion: what this parser takes, Foundation takes.
    @Test func neverTakesWhatFoundationRefuses() throws {
        var generator = SeededGenerator(seed: 7)
        let seed = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null}],"c":true}"#.utf8)
        let alphabet = Array(#"{}[]",:\u0123456789abeE+-. truefalsn"#.utf8)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            taken += 1
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(try JSONValue(parsing: value.serialized()) == value)
        }
        #expect(taken > 5_000)
    }
}
