import DatasetSchema
import Bitfount
import Cryptography
import Foundation
import Offloading

/// What the Hub is told about a dataset.
struct DatasetDescription: Sendable {
    let dataset: DatasetConfiguration
    let schema: PodSchema
    /// Made public; `nil` where neither the owner nor the data says.
    let records: Int?

    /// A gigabyte of CSV takes seconds, which no thread of the cooperative pool should be held for.
    private static let queue = WorkQueue(label: "pod-agent.schemas", width: 4)

    /// Reads the schema document, or makes one from the data.
    ///
    /// - Throws: ``SchemaError``.
    static func read(_ dataset: DatasetConfiguration) async throws(SchemaError) -> DatasetDescription {
        try await queue.run { () throws(SchemaError) in try load(dataset) }
    }

    private static func load(_ dataset: DatasetConfiguration) throws(SchemaError) -> DatasetDescription {
        if let file = dataset.schemaFile {
            let schema = try PodSchema(jsonFile: file)
            return DatasetDescription(dataset: dataset, schema: schema, records: dataset.numberOfRecords)
        }
        guard let file = dataset.csvFile else {
            throw SchemaError(.invalid, "the dataset \(dataset.name) has neither schema_file nor csv_file")
        }
        let generator = SchemaGenerator(
            name: dataset.name,
            forcedTypes: dataset.forcedSemanticTypes,
            ignoredColumns: dataset.ignoredColumns
        )
        let generated = try generator.generate(fromCSV: file)
        return DatasetDescription(
            dataset: dataset,
            schema: generated.schema,
            records: dataset.numberOfRecords ?? generated.records
        )
    }
}
