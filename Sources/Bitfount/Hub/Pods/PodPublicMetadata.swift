// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What everybody on the Hub may see of a dataset (bitfount-protocol.md, 3.4).
public struct PodPublicMetadata: Sendable {
    /// The name of the dataset.
    public var name: String
    /// The name that people see.
    public var displayName: String
    /// What the owner says about it.
    public var description: String
    /// The schema, packed with MessagePack.
    public var schema: [UInt8]
    /// How many records there are; nil keeps it unknown, as with differential privacy.
    public var numberOfRecords: Int?
    /// How the files of the dataset fared, if it consists of files.
    public var fileProcessing: FileProcessingMetadata?

    /// Puts the metadata together.
    public init(
        name: String,
        displayName: String,
        description: String,
        schema: [UInt8],
        numberOfRecords: Int? = nil,
        fileProcessing: FileProcessingMetadata? = nil
    ) {
        self.name = name
        self.displayName = displayName
        self.description = description
        self.schema = schema
        self.numberOfRecords = numberOfRecords
        self.fileProcessing = fileProcessing
    }
}

/// How the files of a dataset fared when they were read (bitfount-protocol.md, 3.4). Absent means unknown.
public struct FileProcessingMetadata: Sendable, Equatable {
    /// How many files were found.
    public var totalFilesFound: Int?
    /// How many of them were read.
    public var totalFilesSuccessfullyProcessed: Int?
    /// How many of them were left out.
    public var totalFilesSkipped: Int?
    /// How many of them could not be read.
    public var filesWithErrors: Int?
    /// How many files were left out for each reason.
    public var skipReasons: [String: Int]?
    /// Whatever else there is to say.
    public var additionalMetrics: JSONObject?

    /// Nothing known yet.
    public init() {}

    var document: JSONObject {
        var document: JSONObject = [:]
        document["totalFilesFound"] = totalFilesFound.map { JSONValue($0) }
        document["totalFilesSuccessfullyProcessed"] = totalFilesSuccessfullyProcessed.map { JSONValue($0) }
        document["totalFilesSkipped"] = totalFilesSkipped.map { JSONValue($0) }
        document["filesWithErrors"] = filesWithErrors.map { JSONValue($0) }
        if let skipReasons {
            document["skipReasons"] = .object(
                JSONObject(skipReasons.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
            )
        }
        document["additionalMetrics"] = additionalMetrics.map(JSONValue.object)
        return document
    }
}
