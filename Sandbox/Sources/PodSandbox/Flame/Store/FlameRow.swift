// SPDX-License-Identifier: Apache-2.0

/// A record.
struct FlameRow: Sendable, Equatable {
    let id: String
    /// In milliseconds since 1970.
    let createdAt: Int64
    /// In milliseconds since 1970.
    var updatedAt: Int64
    /// All fields but the id and the times; one that is not there is null.
    var values: [String: JSONValue]

    subscript(name: String) -> JSONValue {
        switch name {
        case "id": .string(id)
        case "createdAt": .string(FlameTime.text(createdAt))
        case "updatedAt": .string(FlameTime.text(updatedAt))
        default: values[name] ?? .null
        }
    }

    /// The text of a field; empty if it is null.
    func text(_ name: String) -> String { self[name].stringValue ?? "" }

    /// The id in a field, if there is one.
    func reference(_ name: String) -> String? { self[name].stringValue }

    func flag(_ name: String) -> Bool { self[name] == true }
}
