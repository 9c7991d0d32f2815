// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import TestSupport
import Testing

@testable import DatasetSchema

@Suite("Schemas as pandas gives them")
struct SchemaVectorTests {
    /// Vectors made by `Fixtures/schema/generate.py`; more of them where this variable of the environment names a file.
    private static let variable = "POD_AGENT_SCHEMA_VECTORS"

    private func vectors() throws -> [MessagePackMap] {
        let more = ProcessInfo.processInfo.environment[Self.variable]
        let data = try more.map { try Data(contentsOf: URL(filePath: $0)) } ?? Fixtures.data("schema/pandas.json")
        return try #require(try OrderedJSON.parse(data).arrayValue).compactMap(\.mapValue)
    }

    @Test("Records, types, meanings and labels are those of pandas")
    func agreement() throws {
        let vectors = try vectors()
        #expect(vectors.count >= 300)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        for vector in vectors {
            let text = try #require(vector["csv"]?.stringValue)
            try Data(text.utf8).write(to: file)
            guard let features = vector["features"]?.mapValue else {
                #expect(throws: SchemaError.self, "\(text.debugDescription)") {
                    try SchemaGenerator(name: "d").generate(fromCSV: file)
                }
                continue
            }
            let generated = try SchemaGenerator(name: "d").generate(fromCSV: file)
            #expect(vector["records"] == .int(Int64(generated.records)), "\(text.debugDescription)")
            let forced = try SchemaGenerator(name: "d", forcedTypes: [.categorical: features.keys])
                .generate(fromCSV: file)
            let expected = Dictionary(uniqueKeysWithValues: features.map { (ExactText($0), $1) })
            #expect(try found(generated.schema, labels: forced.schema) == expected, "\(text.debugDescription)")
        }
    }

    /// The features by name, in the vectors' form.
    private func found(_ schema: PodSchema, labels: PodSchema) throws -> [ExactText: MessagePackValue] {
        var found: [ExactText: MessagePackValue] = [:]
        for (feature, categorical) in zip(try features(schema), try features(labels)) {
            let name = try #require(feature["featureName"]?.stringValue)
            let classes = try #require(categorical["encoder"]?.mapValue?["classes"]?.mapValue)
            #expect(categorical["featureName"] == feature["featureName"])
            #expect(categorical["dtype"] == feature["dtype"])
            found[ExactText(name)] = [
                feature["dtype"] ?? .null, feature["semanticType"] ?? .null,
                .array(classes.keys.map(MessagePackValue.string)),
            ]
        }
        return found
    }

    private func features(_ schema: PodSchema) throws -> [MessagePackMap] {
        let table = try #require(schema.document.mapValue?["tables"]?.arrayValue?.first?.mapValue)
        return try #require(table["features"]?.arrayValue).compactMap(\.mapValue)
    }
}
