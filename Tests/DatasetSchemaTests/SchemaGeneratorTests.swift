// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import Testing

@testable import DatasetSchema

@Suite("Schema from CSV")
struct SchemaGeneratorTests {
    /// Generates a schema from text, through a real file.
    private func generate(
        _ text: String,
        forced: [SemanticType: [String]] = [:],
        ignored: [String] = [],
        limits: SchemaLimits = SchemaLimits()
    ) throws -> SchemaGenerator.Result {
        try generate(Array(text.utf8), forced: forced, ignored: ignored, limits: limits)
    }

    private func generate(
        _ bytes: [UInt8],
        forced: [SemanticType: [String]] = [:],
        ignored: [String] = [],
        limits: SchemaLimits = SchemaLimits()
    ) throws -> SchemaGenerator.Result {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        return try SchemaGenerator(name: "heart-data", forcedTypes: forced, ignoredColumns: ignored, limits: limits)
            .generate(fromCSV: file)
    }

    private func features(_ schema: PodSchema) throws -> [MessagePackMap] {
        let table = try #require(schema.document.mapValue?["tables"]?.arrayValue?.first?.mapValue)
        return try #require(table["features"]?.arrayValue).compactMap(\.mapValue)
    }

    private func type(of column: String) throws -> String? {
        try features(generate("c\n\(column)").schema).first?["dtype"]?.stringValue
    }

    private func labels(_ column: String) throws -> MessagePackMap {
        let schema = try generate("c\n\(column)", forced: [.categorical: ["c"]]).schema
        return try #require(try features(schema).first?["encoder"]?.mapValue?["classes"]?.mapValue)
    }

    @Test(
        "The type of a column is the one that pandas gives it",
        arguments: [
            ("1\n2\n-3\n", "Int64"), ("007\n", "Int64"), ("1\nNA\n2\n", "Int64"), ("1.0\n1e3\n", "Int64"),
            ("1.5\n2\n", "Float64"), ("inf\n1\n", "Float64"), (".5\n", "Float64"), (" 7 \n", "Int64"),
            ("+7\n", "Int64"),
            ("9223372036854775807\n", "Int64"), ("9223372036854775808\n", "UInt64"),
            ("18446744073709551615\n", "UInt64"),
            ("9223372036854775808\n-1\n", "string"), ("9223372036854775808\nNA\n", "string"),
            ("18446744073709551616\n", "string"), ("-9223372036854775808\n", "Int64"),
            ("-9223372036854775809\n", "string"),
            ("NA\nnull\nNone\n", "Int64"), ("1.#IND\n-1.#QNAN\n2\n", "Int64"), ("True\nfalse\nTRUE\n", "boolean"),
            ("True\nNA\n", "boolean"),
            ("True\n1\n", "string"),
            ("yes\nno\n", "string"), ("2024-01-01\n", "string"), ("0x10\n", "string"), ("1_000\n", "string"),
            ("nanx\n", "string"),
            ("1e\n", "string"), ("-\n", "string"), ("1 2\n", "string"),
        ]
    )
    func columnTypes(column: String, expected: String) throws {
        #expect(try type(of: column) == expected)
    }

    @Test("Only booleans are categorical by themselves, and the column for inferred labels")
    func defaultMeaning() throws {
        let schema = try generate("flag,n,t,BITFOUNT_INFERRED_LABEL\nTrue,1,x,a\nFalse,2,y,b\n").schema
        let meanings = try features(schema).map { [$0["featureName"]?.stringValue, $0["semanticType"]?.stringValue] }
        #expect(
            meanings == [
                ["BITFOUNT_INFERRED_LABEL", "categorical"], ["flag", "categorical"], ["n", "continuous"],
                ["t", "text"],
            ]
        )
    }

    @Test("Labels are Python's rendering of the parsed values, numbered by code point")
    func encoderLabels() throws {
        #expect(try labels("True\nFalse\nNA\n") == ["False": 0, "True": 1, "nan": 2])
        #expect(try labels("10\n9\n007\n") == ["10": 0, "7": 1, "9": 2])
        #expect(try labels("1\nNA\n") == ["1.0": 0, "nan": 1])
        #expect(try labels("1.5\n2\n1e16\n") == ["1.5": 0, "1e+16": 1, "2.0": 2])
        #expect(try labels("9.1e15\n1e22\n1e-5\n") == ["1e+22": 0, "1e-05": 1, "9100000000000000.0": 2])
        #expect(try labels("no\nyes\n1\n") == ["1": 0, "no": 1, "yes": 2])
        #expect(try labels("é\nz\nZ\n") == ["Z": 0, "z": 1, "é": 2])
    }

    @Test("Quotes, commas and line ends inside cells; mark, carriage returns and empty lines outside")
    func csvForms() throws {
        let text = "\u{FEFF}a,\"b,\"\"x\"\"\"\r\n\"1\r\n2\",\"\"\r\n\r\n3,4\r5,6\n"
        let result = try generate(text)
        #expect(result.records == 3)
        #expect(try features(result.schema).map { $0["featureName"]?.stringValue } == ["a", "b,\"x\""])
        #expect(try features(result.schema).map { $0["dtype"]?.stringValue } == ["string", "Int64"])
    }

    @Test("Repeated and empty names are changed as pandas changes them; short records lack cells")
    func headerNames() throws {
        let result = try generate("a,a,,a\n1,2\n")
        #expect(
            try features(result.schema).map { $0["featureName"]?.stringValue } == ["Unnamed: 2", "a", "a.1", "a.2"]
        )
    }

    @Test("Ignored columns are left out")
    func ignoredColumns() throws {
        #expect(try features(generate("a,b\n1,2\n", ignored: ["a"]).schema).count == 1)
    }

    @Test("A document of the form that both generations load")
    func documentForm() throws {
        let schema = try generate("age,target\n41,True\n", forced: [.categorical: ["target"]]).schema
        let top = try #require(schema.document.mapValue)
        #expect(top.keys == ["tables", "metadata"])
        let metadata = try #require(top["metadata"]?.mapValue)
        #expect(metadata["schema_version"]?.stringValue == "1")
        #expect(metadata["schema_type"]?.stringValue == "full")
        #expect(metadata["force_stypes"] == ["categorical": ["target"]])
        let target = try #require(try features(schema).last)
        #expect(target.keys == ["featureName", "description", "dtype", "encoder", "semanticType"])
    }

    @Test("The hash is that of names and types, as old pods compute it")
    func oldHash() throws {
        // Of {"age": "Int64", "\u00e9": "string"}, hashed as table, as list of tables and as list of sources.
        let schema = try generate("é,age\nx,1\n").schema
        let hash = schema.document.mapValue?["metadata"]?.mapValue?["hash"]?.stringValue
        #expect(hash == "a620c6cea30da750d3dda9a3c9033133aee67691331365b2a73a8bc7e9f39c2c")
    }

    @Test(
        "What is no CSV is refused, and says where",
        arguments: [
            ("a,b\n1,2,3\n", "line 2: 3 cells"), ("a\n\n\"x\ny\"\n\"open\n", "line 5: a quoted cell"),
            ("a\r\nx\r\n\0\r\n", "line 3: a byte is zero"),
        ]
    )
    func badFiles(text: String, problem: String) {
        let error = #expect(throws: SchemaError.self) { try generate(text) }
        #expect(error?.message.contains(problem) == true)
    }

    @Test("A file without a header is refused")
    func emptyFiles() {
        for text in ["", "\n", " \t\n"] {
            #expect(throws: SchemaError.self) { try generate(text) }
        }
    }

    @Test(
        "What is not UTF-8 is refused, cell by cell",
        arguments: [[0xFF], [0xC3], [0xC3, 0x2C, 0xA9], [0xED, 0xA0, 0x80]]
    )
    func otherEncodings(bytes: [UInt8]) {
        let error = #expect(throws: SchemaError.self) { try generate(Array("a,b\nx,1\n".utf8) + bytes) }
        #expect(error?.message.contains("line 3: a cell is not UTF-8") == true)
    }

    @Test("Texts that only look alike are different labels and different columns")
    func equivalentTexts() throws {
        #expect(try labels("é\ne\u{301}\n").count == 2)
        #expect(try features(generate("é,e\u{301}\n1,2\n", ignored: ["é"]).schema).count == 1)
    }

    @Test("Limits hold for cells, columns and categories")
    func limits() {
        #expect(throws: SchemaError.self) { try generate("a\n12345\n", limits: SchemaLimits(cellBytes: 4)) }
        #expect(throws: SchemaError.self) { try generate("a,b,c\n", limits: SchemaLimits(columns: 2)) }
        #expect(throws: SchemaError.self) {
            try generate("a\n1\n2\n3\n", forced: [.categorical: ["a"]], limits: SchemaLimits(categories: 2))
        }
        #expect(throws: SchemaError.self) { try generate("abcdefgh\n1\n", limits: SchemaLimits(packedBytes: 100)) }
    }
}

@Suite("Schema documents")
struct PodSchemaTests {
    @Test("A version 4 document loads and packs")
    func version4() throws {
        let json = """
            {"name": "heart-data", "description": null, "number_of_records": 303, "features": [
              {"featureName": "age", "description": "years", "dtype": "Int64", "semanticType": "continuous"}],
             "metadata": {"schema_version": "4", "anything": [1]}}
            """
        let schema = try PodSchema(json: Array(json.utf8))
        #expect(try MessagePackDecoder.decode(schema.packed) == schema.document)
    }

    @Test(
        "What readers refuse is refused before it is uploaded",
        arguments: [
            "[]", "{}", #"{"name": "a"}"#, #"{"name": "a", "features": [], "extra": 1}"#,
            #"{"name": "a", "features": [{"featureName": "x", "dtype": "Int65", "semanticType": "text"}]}"#,
            #"{"name": "a", "features": [{"featureName": "x", "dtype": "Int64", "semanticType": "texts"}]}"#,
            #"{"name": "a", "features": [{"featureName": "x", "dtype": "Int64", "semanticType": "text", "y": 1}]}"#,
            #"{"name": "a", "features": [{"dtype": "Int64", "semanticType": "text"}]}"#, #"{"tables": []}"#,
            #"{"name": "a", "features": [], "number_of_records": -1}"#,
            #"{"name": "a", "features": [], "description": 1}"#,
            #"{"tables": [{"name": "a", "features": [], "z": 1}]}"#, "{", "",
        ]
    )
    func refused(json: String) {
        #expect(throws: SchemaError.self) { try PodSchema(json: Array(json.utf8)) }
    }

    private func document(_ feature: String) throws -> PodSchema {
        try PodSchema(json: Array(#"{"name": "a", "features": [{"featureName": "x", \#(feature)}]}"#.utf8))
    }

    @Test(
        "Each semantic type has its own keys",
        arguments: [
            #""dtype": "Int64", "semanticType": "continuous", "encoder": {"classes": {}}"#,
            #""dtype": "Int64", "semanticType": "text", "modes": {}"#,
            #""dtype": "Int64", "semanticType": "categorical", "formats": {}"#,
            #""dtype": "Int64", "semanticType": "categorical", "encoder": null"#,
            #""dtype": "Int64", "semanticType": "categorical", "encoder": {}"#,
            #""dtype": "Int64", "semanticType": "categorical", "encoder": {"classes": ["a"]}"#,
            #""dtype": "Int64", "semanticType": "categorical", "encoder": {"classes": {"a": "0"}}"#,
            #""dtype": "Int64", "semanticType": "categorical", "encoder": {"classes": {}, "dtype": "str"}"#,
            #""dtype": "string", "semanticType": "image""#,
            #""dtype": "string", "semanticType": "image", "dimensions": {"512": 1}, "formats": {}, "modes": {}"#,
            #""dtype": "string", "semanticType": "image", "dimensions": {}, "formats": {}, "modes": {"L": 0.5}"#,
            #""dtype": "INT64", "semanticType": "continuous""#, #""dtype": "Float16", "semanticType": "continuous""#,
            #""dtype": "datetime64[x]", "semanticType": "text""#, #""semanticType": "text""#,
            #""dtype": "Int64", "semanticType": "text", "description": 1"#,
        ]
    )
    func wrongFeatures(feature: String) {
        #expect(throws: SchemaError.self) { try document(feature) }
    }

    @Test(
        "Features as the genuine writers make them load",
        arguments: [
            #""dtype": "Int64", "semanticType": "categorical", "encoder": {"classes": {"a": 0, "b": 1}}"#,
            #""dtype": "Int64", "semanticType": "categorical""#,
            #""dtype": "string", "semanticType": "image", "dimensions": {"(512, 512)": 2}, "formats": {}, "modes": {"L": 2}"#,
            #""dtype": "datetime64[ns, UTC]", "semanticType": "text", "description": null"#,
            #""dtype": "object", "semanticType": "text""#, #""dtype": "UInt8", "semanticType": "continuous""#,
        ]
    )
    func rightFeatures(feature: String) throws {
        _ = try document(feature)
    }

    @Test("The smallest documents load")
    func smallest() throws {
        _ = try PodSchema(json: Array(#"{"name": "a", "features": []}"#.utf8))
        _ = try PodSchema(json: Array(#"{"tables": [{"name": "a", "features": []}]}"#.utf8))
        let feature = #"{"featureName": "x", "dtype": "int", "semanticType": "continuous"}"#
        _ = try PodSchema(json: Array(#"{"name": "a", "features": [\#(feature)]}"#.utf8))
    }
}
