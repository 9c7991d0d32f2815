// SPDX-License-Identifier: Apache-2.0

/// The data type of a column, by pandas' name for it (bitfount-protocol.md, 5.5).
enum ColumnType: String, Sendable {
    case integer = "Int64"
    case unsignedInteger = "UInt64"
    case number = "Float64"
    case boolean = "boolean"
    case string = "string"
    /// Of a file without records.
    case object = "object"

    /// What a column of this type means unless the owner says otherwise.
    var semanticType: SemanticType {
        switch self {
        case .integer, .unsignedInteger, .number: .continuous
        case .boolean: .categorical
        case .string, .object: .text
        }
    }
}

/// What a column means to modellers (bitfount-protocol.md, 5.3).
public enum SemanticType: String, Sendable, Hashable, CaseIterable, Codable {
    /// One of a known set of values.
    case categorical
    /// A quantity.
    case continuous
    /// A path of an image.
    case image
    /// Anything else.
    case text
}
