// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
import MessagePack

/// Makes a schema document from a CSV file, as the Python package would (bitfount-protocol.md, 5.5).
///
/// The file is read once, in bounded memory, and never held whole. Types are those that pandas 2.2 gives a file that it reads
/// in one piece. Refused, where pandas guesses: records with more cells than the header, unless ``CSVFormat/extraCell`` says what that
/// is, and bytes of zero. The document is of
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
    private let format: CSVFormat
    private let limits: SchemaLimits
    private let isCancelled: @Sendable () -> Bool

    /// - Parameters:
    ///   - name: The dataset's name, which becomes the table's.
    ///   - forcedTypes: Columns whose meaning is fixed; their data types are not.
    ///   - ignoredColumns: Columns that are left out.
    ///   - format: How the file is written.
    ///   - isCancelled: Asked now and then while the file is read; `true` ends that.
    public init(
        name: String,
        forcedTypes: [SemanticType: [String]] = [:],
        ignoredColumns: [String] = [],
        format: CSVFormat = CSVFormat(),
        limits: SchemaLimits = SchemaLimits(),
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.name = name
        self.forcedTypes = forcedTypes
        self.ignoredColumns = Set(ignoredColumns.map(ExactText.init))
        self.format = format
        self.limits = limits
        self.isCancelled = isCancelled
    }

    /// Reads the file. Blocks for as long as that takes, so it wants a thread of its own.
    ///
    /// - Throws: ``SchemaError/Code/file`` if it can't be read, ``SchemaError/Code/invalid`` if it is no well-formed CSV, ``SchemaError/Code/tooLarge``
    ///   beyond a limit, ``SchemaError/Code/cancelled`` if nobody wants the result any more.
    public func generate(fromCSV url: URL) throws(SchemaError) -> Result {
        var reader = try CSVReader(url, format, limits: limits, isCancelled: isCancelled)
        guard try reader.next() else {
            throw SchemaError(.invalid, "\(url.path) is empty: a header is needed")
        }
        let names = reader.ends.indices.map { String(decoding: reader.cell($0), as: UTF8.self) }
        var columns: [ColumnProfile?] = []
        for name in ColumnNames.unique(names) {
            columns.append(
                ignoredColumns.contains(ExactText(name))
                    ? nil
                    : ColumnProfile(name: name, tracksValues: forcedType(of: name) == .categorical, limits: limits)
            )
        }
        var records = 0
        while try reader.next() {
            records += 1
            let first = format.extraCell == .rowName ? 1 : 0
            if reader.ends.count > columns.count + first, !isEmptyExtra(reader, columns.count) {
                throw Self.tooManyCells(reader, names)
            }
            for index in columns.indices {
                if first + index < reader.ends.count {
                    try columns[index]?.add(reader.cell(first + index))
                } else {
                    try columns[index]?.addMissing()
                }
            }
        }
        return Result(schema: try schema(columns.compactMap(\.self)), records: records)
    }

    /// Whether a record has one cell too many only because its line ends with a delimiter, as the format says.
    private func isEmptyExtra(_ reader: borrowing CSVReader, _ columns: Int) -> Bool {
        guard format.extraCell == .empty, reader.ends.count == columns + 1 else { return false }
        return reader.cell(columns).isEmpty
    }

    /// Says which option of the dataset helps.
    private static func tooManyCells(_ reader: borrowing CSVReader, _ names: [String]) -> SchemaError {
        var cells: [String] = []
        for index in reader.ends.indices { cells.append(String(decoding: reader.cell(index).prefix(256), as: UTF8.self)) }
        let hint: String
        if names.count == 1, let other = [";", "\t", "|"].first(where: { names[0].contains($0) }) {
            let text = other == "\t" ? "tab" : "\"\(other)\""
            hint = "if cells are separated otherwise, say how: delimiter: \(text)"
        } else if names.count == 1 {
            hint = "if lines stand before the header, say how many: skip_rows: 1"
        } else if cells.contains(where: { $0.contains("\\\"") || $0.hasSuffix("\\") }) {
            hint = #"if quotes inside cells have a backslash before them, say so: escape: '\'"#
        } else if cells.contains(where: { $0.hasPrefix(" \"") }) {
            hint = "a space stands between a delimiter and a quote, so that the quote is a part of the cell: remove the space"
        } else if cells.count == names.count + 1, cells.last?.isEmpty == true {
            hint = "if lines end with a delimiter, say so: extra_cell: empty"
        } else if cells.count == names.count + 1 {
            hint = "if every record begins with a name that the header lacks, say so: extra_cell: row-name"
        } else {
            hint = "look at the dataset's delimiter, escape and skip_rows"
        }
        return reader.fault("\(reader.ends.count) cells, but the header has \(names.count)", hint: hint)
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
