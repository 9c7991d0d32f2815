import Bitfount

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

extension Bool: FieldValue {
    var jsonValue: JSONValue { .bool(self) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    var jsonValue: JSONValue { self?.jsonValue ?? .null }
}

extension Array: FieldValue where Element: FieldValue {
    var jsonValue: JSONValue { .array(map(\.jsonValue)) }
}
