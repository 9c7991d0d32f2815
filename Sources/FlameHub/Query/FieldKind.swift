// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// What kind of value a field of a record holds.
enum FieldKind: Sendable, Equatable {
    case id
    case flag
    case text
    /// Something else, or a field that no row shows.
    case other

    /// A word of the command line as such a field's value.
    func value(_ text: String) -> JSONValue {
        guard self != .text else { return .string(text) }
        return switch text.lowercased() {
        case "true": true
        case "false": false
        default: .string(text)
        }
    }

    /// Why a condition makes no sense for such a field; the Hub would fail on it. `nil` if it does make sense.
    func fault(of test: FilterCondition.Test) -> String? {
        switch (self, test) {
        case (.other, _), (.text, _), (_, .isNull), (_, .isNotNull): nil
        case (.id, .oneOf(let values, _)), (.id, .noneOf(let values)):
            values.allSatisfy { $0.stringValue.flatMap { HubID<Self>($0) } != nil } ? nil : "is an id: expected a UUID"
        case (.id, .matches), (.id, .ordered): "is an id, and is compared as a whole"
        case (.flag, .oneOf(let values, _)), (.flag, .noneOf(let values)):
            values.allSatisfy { $0.boolValue != nil } ? nil : "is true or false"
        case (.flag, .matches), (.flag, .ordered): "is true or false"
        }
    }
}

extension HubRecord {
    /// What kind of value a field holds.
    ///
    /// - Parameter name: The field in its newest spelling.
    static func kind(of name: String) -> FieldKind {
        guard !fits(name, .object([:])) else { return .other }
        if fits(name, .bool(true)) { return .flag }
        guard fits(name, .string(anyID)) else { return .other }
        return fits(name, .string("a text")) ? .text : .id
    }

    /// Whether rows have a field.
    static func hasField(_ name: String) -> Bool { !fits(name, .object([:])) }

    private static var anyID: String { "00000000-0000-4000-8000-000000000000" }

    private static func fits(_ name: String, _ value: JSONValue) -> Bool {
        var row: JSONObject = [name: value]
        // The id and the two ends of a junction are all that a record must have.
        for _ in 0..<8 {
            do {
                _ = try RecordDecoder.decode(Self.self, from: .object(row))
                return true
            } catch DecodingError.keyNotFound(let key, _) {
                row[FieldNaming.wireName(ofProperty: key.stringValue)] = .string(anyID)
            } catch {
                return false
            }
        }
        return false
    }
}
