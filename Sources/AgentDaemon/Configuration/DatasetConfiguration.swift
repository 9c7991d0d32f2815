// SPDX-License-Identifier: Apache-2.0

import Bitfount
public import DatasetSchema
public import Foundation

/// One dataset: what the Hub lists and modellers address.
public struct DatasetConfiguration: Sendable {
    static let expectedName = "lower-case letters and digits, with single - or _ between them"

    /// The dataset's name, the second half of its identifier.
    public var name: String
    /// The name that people read; the dataset's name where none is given.
    public var displayName: String
    /// What the dataset holds, for people.
    public var description: String
    /// A schema document in JSON; where it is absent, the schema is generated from the CSV file.
    public var schemaFile: URL?
    /// The data, from which the schema is generated and the records are counted. It never leaves the machine.
    public var csvFile: URL?
    /// The number of records that is made public; where it is absent, the CSV file's rows are counted, if the schema comes from them.
    public var numberOfRecords: Int?
    /// Columns whose semantic type is fixed by the owner.
    public var forcedSemanticTypes: [SemanticType: [String]]
    /// Columns that are left out of the schema.
    public var ignoredColumns: [String]
    /// The projects in whose name tasks may run on the dataset; `nil` means any, and none.
    public var projects: [String]?
    /// How the CSV file is written.
    public var format: CSVFormat
    /// What bounds the reading of the files.
    public var schemaLimits = SchemaLimits()

    init(_ section: ConfigurationSection, paths: ConfigurationPaths) throws(ConfigurationError) {
        let name = try section.value(
            "name",
            expected: Self.expectedName,
            parse: { PodIdentifier.isValidName($0) ? $0 : nil }
        )
        guard let name else { throw section.error("name", problem: "missing; expected \(Self.expectedName)") }
        self.name = name
        displayName = try section.value("display_name", expected: "a text", parse: { $0 }) ?? name
        description = try section.value("description", expected: "a text", parse: { $0 }) ?? ""
        schemaFile = try section.value("schema_file", expected: "the path of a JSON file", parse: paths.resolve)
        csvFile = try section.value("csv_file", expected: "the path of a CSV file", parse: paths.resolve)
        guard schemaFile != nil || csvFile != nil else {
            throw section.error("schema_file", problem: "expected schema_file or csv_file")
        }
        numberOfRecords = try section.value(
            "number_of_records",
            expected: "a whole number, zero or more",
            parse: { Int($0).flatMap { $0 >= 0 ? $0 : nil } }
        )
        let forced = try section.section("force_stypes")
        var forcedSemanticTypes: [SemanticType: [String]] = [:]
        for type in SemanticType.allCases {
            forcedSemanticTypes[type] = try forced.list(type.rawValue, expected: "column names")
        }
        try forced.finish()
        self.forcedSemanticTypes = forcedSemanticTypes
        ignoredColumns = try section.list("ignore_cols", expected: "column names") ?? []
        projects = try section.list("projects", expected: "project ids")
        if let projects, let wrong = projects.first(where: { !Self.isProjectID($0) }) {
            throw section.error("projects", problem: "expected project ids, found \"\(wrong)\"")
        }
        format = try Self.format(section)
        try section.finish()
    }

    /// What a task request can name: 1 to 256 printable ASCII characters, no space.
    private static func isProjectID(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func format(_ section: ConfigurationSection) throws(ConfigurationError) -> CSVFormat {
        var format = CSVFormat()
        func choices(_ values: [String]) -> String { values.joined(separator: ", ") }
        format.delimiter =
            try section.value("delimiter", expected: "one character, such as \";\", or tab", parse: Self.character)
            ?? format.delimiter
        format.encoding =
            try section.value(
                "encoding",
                expected: choices(CSVFormat.Encoding.allCases.map(\.rawValue)),
                parse: { CSVFormat.Encoding(rawValue: $0.lowercased()) }
            ) ?? format.encoding
        format.skippedRows =
            try section.value("skip_rows", expected: "a number of lines", parse: { UInt32($0).map(Int.init) })
            ?? format.skippedRows
        format.escape = try section.value("escape", expected: "one character, such as '\\'", parse: Self.character)
        guard format.escape != format.delimiter else {
            throw section.error("escape", problem: "expected another character than the delimiter")
        }
        format.extraCell = try section.value(
            "extra_cell",
            expected: choices(CSVFormat.ExtraCell.allCases.map(\.rawValue)),
            parse: CSVFormat.ExtraCell.init(rawValue:)
        )
        return format
    }

    /// One ASCII character that has no other meaning in a CSV file.
    private static func character(_ text: String) -> UInt8? {
        if text == "tab" || text == "\\t" { return UInt8(ascii: "\t") }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x7F, byte >= 0x20 || byte == 0x09,
            byte != UInt8(ascii: "\"")
        else { return nil }
        return byte
    }

    /// The files that the dataset is made of.
    var files: [URL] { [schemaFile, csvFile].compactMap { $0 } }

    /// The identifier under which the Hub lists the dataset: a name that is too long is cut (bitfount-protocol.md, 3.5).
    func identifier(ofOwner owner: String) -> String {
        "\(owner)/\(PodIdentifier.coercedName(name, owner: owner))"
    }
}
