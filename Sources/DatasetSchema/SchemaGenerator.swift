// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
import MessagePack

/// Makes a schema document from a CSV file, as the Python package would (bitfount-protocol.md, 5.5).
///
/// The file is read once, in bounded memory, and never held whole. Types are those that pandas 2.2 gives a file that it reads
/// in one piece. Refused, where pandas guesses: records with more cells than the header, and bytes of zero. The document is of
/// the form that modellers of both generations load: version 1, with the two extras of later versions in its metadata
/// (bitfount-protocol.md, 5.4).
public struct SchemaGenerator: Sendable {
    /// A schema and what was counted on the way.
    public struct Result: Sendable {
        /// The document.
        public let schema: PodSchema
        /// The records of the file, without its header.
        public let records: Int
    }

    /// The column that is categorical without being forced.
    private static let inferredLabel = "BITFOUNT_INFERRED_LABEL"
    /// The version that the document claims to be written by: the last one whose own documents have this form.
    private static let documentVersion = "1.0.6"

    private let name: String
    private let forcedTypes: [SemanticType: [String]]
    private let ignoredColumns: Set<ExactText>
    private let limits: SchemaLimits

    /// - Parameters:
    ///   - name: The dataset's name, which becomes the table's.
    ///   - forcedTypes: Columns whose meaning is fixed; their data types are not.
    ///   - ignoredColumns: Columns that are left out.
    public init(
        name: String,
        forcedTypes: [SemanticType: [String]] = [:],
        ignoredColumns: [String] = [],
        limits: SchemaLimits = SchemaLimits()
    ) {
        self.name = name
        self.forcedTypes = forcedTypes
        self.ignoredColumns = Set(ignoredColumns.map(ExactText.init))
        self.limits = limits
    }

    /// Reads the file. Blocks for as long as that takes, so it wants a thread of its own.
    ///
    /// - Throws: ``SchemaError/Code/file`` if it can't be read, ``SchemaError/Code/invalid`` if it is no well-formed CSV, ``SchemaError/Code/tooLarge`` beyond a limit.
    public func generate(fromCSV url: URL) throws(SchemaError) -> Result {
        var reader = try CSVReader(url, limits: limits)
        guard try reader.next() else {
            throw SchemaError(.invalid, "\(url.path) is empty: a header is needed")
        }
        var columns: [ColumnProfile?] = []
        for name in ColumnNames.unique(reader.ends.indices.map { String(decoding: reader.cell($0), as: UTF8.self) }) {
            columns.append(
                ignoredColumns.contains(ExactText(name))
                    ? nil
                    : ColumnProfile(name: name, tracksValues: forcedType(of: name) == .categorical, limits: limits)
            )
        }
        var records = 0
        while try reader.next() {
            records += 1
            guard reader.ends.count <= columns.count else {
                throw reader.fault("\(reader.ends.count) cells, but the header has \(columns.count)")
            }
            for index in columns.indices {
                if index < reader.ends.count {
                    try columns[index]?.add(reader.cell(index))
                } else {
                    try columns[index]?.addMissing()
                }
            }
        }
        return Result(schema: try schema(columns.compactMap(\.self)), records: records)
    }

    private func forcedType(of column: String) -> SemanticType? {
        if column == Self.inferredLabel { return .categorical }
        let column = ExactText(column)
        return SemanticType.allCases.first { forcedTypes[$0]?.contains { ExactText($0) == column } ?? false }
    }

    private func schema(_ columns: [ColumnProfile]) throws(SchemaError) -> PodSchema {
        let sorted = columns.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
        let features = sorted.map { column in
            let semanticType = forcedType(of: column.name) ?? column.type.semanticType
            return SchemaFeature(
                name: column.name,
                type: column.type,
                semanticType: semanticType,
                classes: semanticType == .categorical ? column.classes : []
            )
        }
        let table: MessagePackValue = [
            "name": .string(name), "description": .null, "features": .array(features.map(\.record)),
        ]
        let metadata: MessagePackValue = [
            "bitfount_version": .string(Self.documentVersion), "hash": .string(Self.hash(features)),
            "schema_version": "1", "schema_type": "full", "force_stypes": forcedTypesRecord,
        ]
        return try PodSchema(document: ["tables": [table], "metadata": metadata], limits: limits)
    }

    private var forcedTypesRecord: MessagePackValue {
        let pairs = SemanticType.allCases.compactMap { type -> (String, MessagePackValue)? in
            guard let columns = forcedTypes[type], !columns.isEmpty else { return nil }
            return (type.rawValue, .array(columns.map { .string($0) }))
        }
        return pairs.isEmpty ? .null : .map(MessagePackMap(pairs))
    }

    /// The hash by which an old pod knows its own schema again: of the columns' names and types alone.
    private static func hash(_ features: [SchemaFeature]) -> String {
        let pairs = features.map { "\(PythonText.json($0.name)): \(PythonText.json($0.type.rawValue))" }
        let table = digest("{" + pairs.joined(separator: ", ") + "}")
        return digest("['" + digest("['" + table + "']") + "']")
    }

    private static func digest(_ text: String) -> String {
        Hex.encode(SHA256.hash(Array(text.utf8)))
    }
}
