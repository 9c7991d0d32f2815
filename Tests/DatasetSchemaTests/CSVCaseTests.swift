// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import MessagePack
import TestSupport
import Testing

@testable import DatasetSchema

/// Files of the kind that people have (public reports of pandas and of data platforms), with what the genuine package 1.0.6 makes of
/// them; `docs/datasets.md` says where ours is another, and why.
@Suite("CSV files as people have them")
struct CSVCaseTests {
    /// What is refused although pandas takes it, with the words that must be in the message, and the format that helps, if one does.
    private struct Refusal {
        let words: String
        var format: CSVFormat?
    }

    private static func format(_ change: (inout CSVFormat) -> Void) -> CSVFormat {
        var format = CSVFormat()
        change(&format)
        return format
    }

    private static let refusals: [String: Refusal] = [
        "c10-nul-padding": Refusal(words: "power loss"),
        "c11-nul-in-cell": Refusal(words: "a byte is zero"),
        "c12-nul-int": Refusal(words: "a byte is zero"),
        "c20-semicolon": Refusal(words: #"delimiter: ";""#),
        "c23-trailing-delim-rows": Refusal(words: "extra_cell: empty", format: format { $0.extraCell = .empty }),
        "c24-trailing-delim-first": Refusal(words: "extra_cell: empty", format: format { $0.extraCell = .empty }),
        "c26-r-write-table": Refusal(words: "extra_cell: row-name", format: format { $0.extraCell = .rowName }),
        "c29-title-lines": Refusal(words: "skip_rows"),
        "c30-space-quote": Refusal(words: "remove the space"),
        "c38-backslash-quote": Refusal(words: "escape:"),
    ]

    /// Where 5.5 of bitfount-protocol.md is with the later package: the word None is missing from pandas 2 on, and a forced column that
    /// does not exist is skipped.
    private static let asLater: Set<String> = ["c40-na-spellings", "c43-none-2", "c81-ignore"]

    private static func cases() throws -> [MessagePackMap] {
        let data = try Data(contentsOf: directory.appending(path: "csv.json"))
        return try #require(try OrderedJSON.parse(data).arrayValue).compactMap(\.mapValue)
    }

    private static let directory = Bundle.module.bundleURL.appending(path: "Fixtures")

    private func generate(
        _ file: URL,
        categorical: [String] = [],
        ignored: [String] = [],
        format: CSVFormat = CSVFormat()
    ) throws -> SchemaGenerator.Result {
        try SchemaGenerator(
            name: "d",
            forcedTypes: categorical.isEmpty ? [:] : [.categorical: categorical],
            ignoredColumns: ignored,
            format: format
        ).generate(fromCSV: file)
    }

    @Test("Each gives the schema that stands beside it, or is refused with what to do")
    func agreement() throws {
        var compared = 0
        for vector in try Self.cases() {
            guard let name = vector["name"]?.stringValue, let path = vector["file"]?.stringValue,
                let expected = vector[Self.asLater.contains(name) ? "13.0.0_differs" : "expected"]?.mapValue
            else { continue }
            let file = Self.directory.appending(path: path)
            let categorical = vector["force_categorical"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let ignored = vector["ignore"]?.arrayValue?.compactMap(\.stringValue) ?? []
            compared += 1
            var format = CSVFormat()
            if let refusal = Self.refusals[name] {
                let error = #expect(throws: SchemaError.self, "\(name)") { try generate(file) }
                #expect(error?.description.contains(refusal.words) == true, "\(name): \(String(describing: error))")
                guard let helping = refusal.format else { continue }
                format = helping
            }
            guard let features = expected["features"]?.mapValue else {
                let error = #expect(throws: SchemaError.self, "\(name)") { try generate(file) }
                #expect(error?.message.isEmpty == false)
                continue
            }
            let result = try generate(file, categorical: categorical, ignored: ignored, format: format)
            #expect(expected["records"] == .int(Int64(result.records)), "\(name)")
            #expect(try found(result.schema) == Self.byName(features), "\(name)")
        }
        #expect(compared == 78)
    }

    private static func byName(_ features: MessagePackMap) -> [ExactText: [String]] {
        Dictionary(
            uniqueKeysWithValues: features.map { name, feature in
                let map = feature.mapValue
                let classes = map?["classes"]?.mapValue?.keys.sorted { ExactText($0) < ExactText($1) } ?? []
                return (ExactText(name), [map?["dtype"]?.stringValue ?? "", map?["stype"]?.stringValue ?? ""] + classes)
            }
        )
    }

    private func found(_ schema: PodSchema) throws -> [ExactText: [String]] {
        let table = try #require(schema.document.mapValue?["tables"]?.arrayValue?.first?.mapValue)
        let features = try #require(table["features"]?.arrayValue).compactMap(\.mapValue)
        return Dictionary(
            uniqueKeysWithValues: features.map { feature in
                let classes = feature["encoder"]?.mapValue?["classes"]?.mapValue?.keys ?? []
                let type = feature["dtype"]?.stringValue ?? ""
                let meaning = feature["semanticType"]?.stringValue ?? ""
                return (
                    ExactText(feature["featureName"]?.stringValue ?? ""),
                    [type, meaning] + classes.sorted { ExactText($0) < ExactText($1) }
                )
            }
        )
    }

    private func columns(_ name: String, _ format: CSVFormat, categorical: [String] = []) throws -> [ExactText: [String]] {
        let file = Self.directory.appending(path: "csv/\(name).csv")
        return try found(try generate(file, categorical: categorical, format: format).schema)
    }

    @Test("The options of a dataset read what is written otherwise")
    func options() throws {
        let semicolon = try columns("c20-semicolon", Self.format { $0.delimiter = UInt8(ascii: ";") })
        #expect(semicolon.keys.map(\.text).sorted() == ["age", "id", "weight"])
        #expect(try columns("c22-tab", Self.format { $0.delimiter = 9 }).keys.map(\.text).sorted() == ["age", "id"])
        let latin = try columns("c13-latin1", Self.format { $0.encoding = .latin1 })
        #expect(!latin.isEmpty)
        #expect(try columns("c13-latin1", Self.format { $0.encoding = .windows1252 }) == latin)
        #expect(!(try columns("c14-utf16le", Self.format { $0.encoding = .utf16 }).isEmpty))
        let title = try columns("c29-title-lines", Self.format { $0.skippedRows = 1 })
        #expect(title.keys.map(\.text).sorted() == ["age", "id"])
        let escaped = try columns(
            "c38-backslash-quote",
            Self.format { $0.escape = UInt8(ascii: "\\") },
            categorical: ["note"]
        )
        #expect(escaped[ExactText("note")] == ["string", "categorical", #"a "b", c"#, "d"])
        #expect(escaped[ExactText("id")] == ["Int64", "continuous"])
    }

    @Test("Encodings that are not what they are said to be are named")
    func encodings() throws {
        let expected = [
            ("c13-latin1", "encoding: windows-1252"), ("c14-utf16le", "encoding: utf-16"), ("c19-gzip", "gzip"),
        ]
        for (name, words) in expected {
            let error = #expect(throws: SchemaError.self) { try columns(name, CSVFormat()) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        let error = #expect(throws: SchemaError.self) { try columns("c01-bom-quoted-header", Self.format { $0.encoding = .utf16 }) }
        #expect(error != nil)
    }

    private func write(_ text: String) throws -> (URL, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        return (try directory.write(text, "x.csv", mode: 0o600), directory)
    }

    @Test("Gene expression, scans and patients' numbers are within the limits")
    func large() throws {
        let names = (0..<20_532).map { "g\($0)" }.joined(separator: ",")
        let (wide, first) = try write(names + "\n" + Array(repeating: "1.5", count: 20_532).joined(separator: ",") + "\n")
        #expect(try found(generate(wide).schema).count == 20_532)
        let (long, second) = try write("id,scan\n1,\(String(repeating: "x", count: 1_600_000))\n2,y\n")
        #expect(try generate(long).records == 2)
        let (many, third) = try write("pid\n" + (0..<70_000).map { "p\($0)" }.joined(separator: "\n") + "\n")
        let labels = try found(generate(many, categorical: ["pid"]).schema)[ExactText("pid")]
        #expect(labels?.count == 70_002)
        _ = (first, second, third)
    }

    /// pandas guesses by chunks of a file; ours are the types of the whole column (bitfount-protocol.md, 5.5).
    @Test("A column that changes its kind late has the type that all of it has")
    func late() throws {
        func type(_ head: String, _ count: Int, _ tail: String) throws -> String? {
            let (file, directory) = try write("a,b\n" + String(repeating: "\(head),1\n", count: count) + "\(tail),1\n")
            defer { _ = directory }
            return try found(generate(file).schema)[ExactText("a")]?.first
        }
        #expect(try type("7", 299_990, "text") == "string")
        #expect(try type("True", 299_990, "1") == "string")
        #expect(try type("", 300_000, "text") == "string")
        #expect(try type("7", 300_000, "7.5") == "Float64")
        #expect(try type("7", 300_000, "18446744073709551615") == "UInt64")
    }

    @Test("CR and LF in two pieces of the file are one line end")
    func lineEndAcrossPieces() throws {
        let (file, directory) = try write("a,b\r\n" + String(repeating: "x", count: (1 << 18) - 8) + ",1\r\ny,2\r\n")
        defer { _ = directory }
        #expect(try generate(file).records == 2)
    }

    @Test("A named pipe and a directory are errors at once")
    func otherKinds() throws {
        let directory = try TemporaryDirectory()
        try #require(mkfifo(directory.path("x.csv"), 0o600) == 0)
        #expect(#expect(throws: SchemaError.self) { try generate(directory.file("x.csv")) }?.code == .file)
        let error = #expect(throws: SchemaError.self) { try generate(directory.url) }
        #expect(error?.message.contains("is a directory") == true)
        #expect(#expect(throws: SchemaError.self) { try PodSchema(jsonFile: directory.file("x.csv")) }?.code == .file)
    }

    @Test("Reading ends when nobody wants the result any more")
    func cancellation() throws {
        let (file, directory) = try write("a\n" + String(repeating: "1\n", count: 1_000))
        defer { _ = directory }
        let generator = SchemaGenerator(name: "d", isCancelled: { true })
        #expect(#expect(throws: SchemaError.self) { try generator.generate(fromCSV: file) }?.code == .cancelled)
    }

    @Test("A JSON schema may begin with a byte order mark")
    func byteOrderMark() throws {
        let json = #"{"name":"d","features":[]}"#
        #expect(try PodSchema(json: [0xEF, 0xBB, 0xBF] + Array(json.utf8)) == PodSchema(json: Array(json.utf8)))
    }
}
