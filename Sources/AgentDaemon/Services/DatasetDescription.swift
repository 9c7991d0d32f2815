// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import DatasetSchema
import Foundation
import Offloading
import Synchronization

/// What the Hub is told about a dataset.
struct DatasetDescription: Sendable {
    let dataset: DatasetConfiguration
    let schema: PodSchema
    /// Made public; `nil` where neither the owner nor the data says.
    let records: Int?

    /// A gigabyte of CSV takes seconds, which no thread of the cooperative pool should be held for.
    private static let queue = WorkQueue(label: "pod-agent.schemas", width: 4)

    /// Reads the schema document, or makes one from the data. Ends early with the task's cancellation.
    ///
    /// - Throws: ``SchemaError``.
    static func read(_ dataset: DatasetConfiguration) async throws(SchemaError) -> DatasetDescription {
        let isCancelled = Cancellation()
        let result: Result<DatasetDescription, SchemaError> = await withTaskCancellationHandler {
            await queue.run { Result { () throws(SchemaError) in try load(dataset, isCancelled) } }
        } onCancel: {
            isCancelled.flag.store(true, ordering: .relaxed)
        }
        return try result.get()
    }

    /// Tells a thread that nobody waits for its work any more.
    private final class Cancellation: Sendable {
        let flag = Atomic(false)
    }

    private static func load(
        _ dataset: DatasetConfiguration,
        _ cancellation: Cancellation
    ) throws(SchemaError) -> DatasetDescription {
        if let file = dataset.schemaFile {
            let schema = try PodSchema(jsonFile: file, limits: dataset.schemaLimits)
            return DatasetDescription(dataset: dataset, schema: schema, records: dataset.numberOfRecords)
        }
        guard let file = dataset.csvFile else {
            throw SchemaError(.invalid, "the dataset \(dataset.name) has neither schema_file nor csv_file")
        }
        let generator = SchemaGenerator(
            name: dataset.name,
            forcedTypes: dataset.forcedSemanticTypes,
            ignoredColumns: dataset.ignoredColumns,
            format: dataset.format,
            limits: dataset.schemaLimits,
            isCancelled: { cancellation.flag.load(ordering: .relaxed) }
        )
        let generated = try generator.generate(fromCSV: file)
        return DatasetDescription(
            dataset: dataset,
            schema: generated.schema,
            records: dataset.numberOfRecords ?? generated.records
        )
    }
}

extension DatasetDescription {
    /// What is made public on the Hub.
    var metadata: PodPublicMetadata {
        PodPublicMetadata(
            name: dataset.name,
            displayName: dataset.displayName,
            description: dataset.description,
            schema: schema.packed,
            numberOfRecords: records
        )
    }
}

/// Tells whether a dataset's files may have changed, without reading them.
struct DatasetFingerprint: Sendable, Hashable {
    private struct File: Hashable {
        let size: UInt64
        let modified: Date
        let inode: UInt64
    }

    private let schema: File?
    private let csv: File?

    init(_ dataset: DatasetConfiguration) {
        schema = Self.file(dataset.schemaFile)
        // Where there is a schema document, the data is not read.
        csv = dataset.schemaFile == nil ? Self.file(dataset.csvFile) : nil
    }

    /// A file that can't be examined has no fingerprint; reading it will say why.
    private static func file(_ url: URL?) -> File? {
        guard let url, let attributes = try? FileManager.default.attributesOfItem(atPath: url.path) else { return nil }
        return File(
            size: (attributes[.size] as? NSNumber)?.uint64Value ?? 0,
            modified: attributes[.modificationDate] as? Date ?? .distantPast,
            inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
        )
    }
}
