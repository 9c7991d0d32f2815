// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import StrictJSON

/// One field of what a command shows: a column or line for people, a member of a JSON object for programs.
struct Field<Item>: Sendable {
    /// The name in JSON, in snake case. The field of a foreign record has the record's own name.
    let key: String
    /// What stands above the column or before the line.
    let heading: String
    /// Whether people see it. What is long or only of use to programs is left out.
    let isInTable: Bool
    /// Whether programs see it. What only puts another field into words is left out.
    let isInJSON: Bool
    /// The field of an item.
    let value: @Sendable (Item) -> JSONValue

    /// A field whose heading is its key in capital words, unless another is given.
    init(
        _ key: String,
        heading: String? = nil,
        inTable: Bool = true,
        inJSON: Bool = true,
        _ value: @escaping @Sendable (Item) -> some FieldValue
    ) {
        self.key = key
        self.heading = heading ?? Self.heading(key)
        isInTable = inTable
        isInJSON = inJSON
        self.value = { value($0).jsonValue }
    }

    /// `display_name` and `displayName` as `DISPLAY NAME`.
    static func heading(_ key: String) -> String {
        key.reduce(into: "") { heading, letter in
            if letter.isUppercase { heading.append(" ") }
            heading.append(letter == "_" ? " " : letter.uppercased())
        }
    }
}

extension JSONValue {
    /// The fields of an item as a JSON object.
    init<Item>(_ item: Item, _ fields: [Field<Item>]) {
        self = .object(JSONObject(fields.filter(\.isInJSON).map { ($0.key, $0.value(item)) }))
    }
}

/// What a field can hold.
protocol FieldValue: SendableMetatype {
    /// For programs.
    var jsonValue: JSONValue { get }
}

extension JSONValue: FieldValue {
    var jsonValue: JSONValue { self }

    /// For people, in one cell.
    var cell: String {
        switch self {
        case .null: "-"
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): String(number)
        case .string(let text): text
        case .array(let elements): elements.map(\.cell).joined(separator: ", ")
        case .unsigned(let number): String(number)
        case .double, .object: (try? JSON.line(self)) ?? "-"
        }
    }
}

extension String: FieldValue {
    var jsonValue: JSONValue { .string(self) }
}

extension Int: FieldValue {
    var jsonValue: JSONValue { JSONValue(self) }
}

extension Int64: FieldValue {
    var jsonValue: JSONValue { .integer(self) }
}

extension Bool: FieldValue {
    var jsonValue: JSONValue { .bool(self) }
}

extension Date: FieldValue {
    /// ISO 8601 in UTC, whole seconds.
    var jsonValue: JSONValue { .string(formatted(.iso8601)) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    var jsonValue: JSONValue { self?.jsonValue ?? .null }
}

extension Array: FieldValue where Element: FieldValue {
    var jsonValue: JSONValue { .array(map(\.jsonValue)) }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    var jsonValue: JSONValue { .object(JSONObject(map { ($0.key, $0.value.jsonValue) })) }
}
