// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TestSupport
import Testing

struct ProtocolDocumentTests {
    private let minimal: MessagePackMap = ["class_name": "p", "algorithm": ["class_name": "a"]]

    private func json(_ map: MessagePackMap) throws -> String {
        String(decoding: try ProtocolDocument(map).accessManagerJSON, as: UTF8.self)
    }

    @Test
    func keepsOrderTypesAndUnknownKeys() throws {
        let map: MessagePackMap = [
            "zebra": [1, 1.0, .uint(.max), .int(.min), true, .null],
            "class_name": "p",
            "algorithm": ["later": ["b": 1, "a": 2], "class_name": "a"],
            "apple": "é \"q\" \\ / \n\t\r\u{8}\u{C}\u{1}\u{1F}\u{7F}😀",
        ]
        let expected =
            #"{"zebra":[1,1.0,18446744073709551615,-9223372036854775808,true,null],"class_name":"p","#
            + #""algorithm":{"later":{"b":1,"a":2},"class_name":"a"},"#
            + #""apple":"é \"q\" \\ / \n\t\r\b\f\u0001\u001f"# + "\u{7F}😀\"}"
        #expect(try json(map) == expected)
    }

    /// Each text is what Python's `json.dumps` prints for the number.
    @Test(arguments: [
        (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (-1.5, "-1.5"), (0.1, "0.1"), (100.0, "100.0"), (1e-4, "0.0001"),
        (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (1e15, "1000000000000000.0"), (9007199254740992.0, "9007199254740992.0"),
        (9007199254740994.0, "9007199254740994.0"), (-9999999999999998.0, "-9999999999999998.0"), (1e16, "1e+16"),
        (123456789012345680.0, "1.2345678901234568e+17"), (1e22, "1e+22"), (1e100, "1e+100"),
        (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (2.2250738585072014e-308, "2.2250738585072014e-308"), (1.0 / 3, "0.3333333333333333"),
    ])
    func writesNumbersAsPythonDoes(number: Double, text: String) throws {
        var map = minimal
        map["number"] = .double(number)
        #expect(try json(map) == #"{"class_name":"p","algorithm":{"class_name":"a"},"number":"# + text + "}")
    }

    @Test(
        arguments: [
            .double(.nan), .double(.infinity), .double(-.infinity), .binary([]), .ext(1, [0]), [.binary([1])],
            ["k": .double(.nan)],
        ] as [MessagePackValue]
    )
    func refusesWhatJSONCannotHold(value: MessagePackValue) {
        var map = minimal
        map["value"] = value
        #expect(throws: TaskFormatError(.noJSONForm, in: .protocolDocument)) { try ProtocolDocument(map) }
    }

    @Test
    func takesOutOnlyTheSchemasOfModels() throws {
        let model: MessagePackValue = [
            "class_name": "m", "schema": ["tables": []], "epochs": 1, "inner": ["schema": 1],
        ]
        let map: MessagePackMap = [
            "class_name": "p",
            "schema": "kept",
            "algorithm": [
                ["class_name": "a", "model": model, "schema": "kept"], ["class_name": "b", "model": .null],
                ["class_name": "c", "model": "kept"],
            ],
        ]
        let expected =
            #"{"class_name":"p","schema":"kept","algorithm":[{"class_name":"a","model":{"class_name":"m","epochs":1,"#
            + #""inner":{"schema":1}},"schema":"kept"},{"class_name":"b","model":null},"#
            + #"{"class_name":"c","model":"kept"}]}"#
        #expect(try json(map) == expected)
        #expect(try ProtocolDocument(map).algorithmClassNames == ["a", "b", "c"])
    }

    @Test
    func theHashIgnoresTheOrderOfKeysButNotTheSchema() throws {
        let one = try ProtocolDocument([
            "class_name": "p", "algorithm": ["class_name": "a", "model": ["schema": 1, "x": 2]],
        ])
        let reordered = try ProtocolDocument(
            ["algorithm": ["model": ["x": 2, "schema": 1], "class_name": "a"], "class_name": "p"]
        )
        let other = try ProtocolDocument(["class_name": "p", "algorithm": ["class_name": "a", "model": ["x": 2]]])
        #expect(one.sha256 == reordered.sha256)
        #expect(one.sha256 != other.sha256)
        let canonical = #"{"algorithm":{"class_name":"a","model":{"schema":1,"x":2}},"class_name":"p"}"#
        #expect(one.sha256 == SHA256.hash(Array(canonical.utf8)))
    }

    @Test
    func keysAreSortedByTheirBytes() throws {
        var map = minimal
        // Between these two the order of UTF-8 and of UTF-16 differs.
        map["\u{10000}"] = 1
        map["\u{FFFF}"] = 2
        let canonical = "{\"algorithm\":{\"class_name\":\"a\"},\"class_name\":\"p\",\"\u{FFFF}\":2,\"\u{10000}\":1}"
        #expect(try ProtocolDocument(map).sha256 == SHA256.hash(Array(canonical.utf8)))
    }

    @Test
    func knowsSecureAggregation() throws {
        var map = minimal
        #expect(try !ProtocolDocument(map).usesSecureAggregation)
        map["aggregator"] = .null
        #expect(try ProtocolDocument(map).aggregatorClassName == nil)
        map["aggregator"] = ["class_name": "bitfount.Aggregator"]
        #expect(try !ProtocolDocument(map).usesSecureAggregation)
        map["aggregator"] = ["class_name": "bitfount.SecureAggregator"]
        #expect(try ProtocolDocument(map).usesSecureAggregation)
    }

    @Test(
        arguments: [
            ("class_name", nil, "class_name"), ("class_name", 1, "class_name"), ("class_name", "", "class_name"),
            ("algorithm", "text", "algorithm"), ("algorithm", .null, "algorithm"), ("algorithm", [], "algorithm"),
            ("algorithm", [:], "algorithm"), ("algorithm", ["text"], "algorithm"),
            ("algorithm", [["class_name": "a"], [:]], "algorithm"), ("aggregator", "text", "aggregator"),
            ("aggregator", [:], "aggregator"),
            ("aggregator", [["class_name": "bitfount.SecureAggregator"]], "aggregator"),
        ] as [(String, MessagePackValue?, String)]
    )
    func refusesOtherShapes(key: String, value: MessagePackValue?, field: String) {
        var map = minimal
        map[key] = value
        #expect(throws: TaskFormatError(.invalidField, in: .protocolDocument, field: field)) {
            try ProtocolDocument(map)
        }
    }

    @Test
    func refusesAProtocolWithoutAlgorithm() {
        #expect(throws: TaskFormatError(.missingField, in: .protocolDocument, field: "algorithm")) {
            try ProtocolDocument(["class_name": "p"])
        }
    }

    @Test
    func limitsTheLengthOfTheJSON() {
        var map = minimal
        map["text"] = .string(String(repeating: "\u{1}", count: 200))
        #expect(throws: TaskFormatError(.tooLarge, in: .protocolDocument)) {
            try ProtocolDocument(map, maximumJSONBytes: 1_000)
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func everyFiniteNumberReadsBackTheSame(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            var map = minimal
            map["n"] = .double(number)
            let parsed = try OrderedJSON.parse(.init(ProtocolDocument(map).accessManagerJSON))
            #expect(parsed.mapValue?["n"]?.doubleValue?.bitPattern == number.bitPattern)
        }
    }
}
