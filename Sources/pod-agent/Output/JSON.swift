// SPDX-License-Identifier: Apache-2.0

import Foundation

/// JSON for programs: keys in a stable order.
enum JSON {
    /// Encodes a value as text on many lines.
    static func text(_ value: some Encodable) throws -> String {
        try encode(value, .prettyPrinted)
    }

    /// Encodes a value as text on many lines, which stand in a list.
    static func element(_ value: some Encodable) throws -> String {
        "  " + (try text(value)).replacing("\n", with: "\n  ")
    }

    /// Encodes a value as text on one line.
    static func line(_ value: some Encodable) throws -> String {
        try encode(value, [])
    }

    private static func encode(_ value: some Encodable, _ form: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, form]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
