// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A JSON document. Whole numbers and fractions are kept apart, and booleans are not numbers.
package enum JSONValue: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without a fraction that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object; its keys are in no order.
    case object([String: JSONValue])

    /// The text, when this is a string.
    package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    /// The number, when this is a whole one.
    package var integerValue: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// The members, when this is an object.
    package var objectValue: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    /// The elements, when this is a list.
    package var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The document's bytes, keys sorted.
    package func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Every value replaced by one of another type: what a peer with another schema would send.
    package var withWrongTypes: JSONValue {
        switch self {
        case .null: .integer(0)
        case .bool: .string("maybe")
        case .integer, .double: .array([])
        case .string: .integer(42)
        case .array: .object([:])
        case .object(let members): .object(members.mapValues(\.withWrongTypes))
        }
    }
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
