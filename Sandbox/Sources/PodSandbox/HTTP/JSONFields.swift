// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The members of a JSON request body, read strictly: a missing member, or one of another type, is refused with 400.
struct JSONFields: Sendable {
    let members: [String: JSONValue]

    init(_ body: Data) throws(Refusal) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: body) else {
            throw .badRequest("the body is not JSON")
        }
        guard let members = value.objectValue else { throw .badRequest("the body is not a JSON object") }
        self.members = members
    }

    init(_ members: [String: JSONValue]) {
        self.members = members
    }

    /// Refuses members other than `known`.
    func allowOnly(_ known: Set<String>) throws(Refusal) {
        let unknown = Set(members.keys).subtracting(known)
        guard unknown.isEmpty else { throw .badRequest("unknown members: \(unknown.sorted().joined(separator: ", "))") }
    }

    func value(_ name: String) throws(Refusal) -> JSONValue {
        guard let value = members[name] else { throw .badRequest("\(name) is missing") }
        return value
    }

    func string(_ name: String, allowsEmpty: Bool = false) throws(Refusal) -> String {
        guard case .string(let text) = try value(name) else { throw .badRequest("\(name) is not a string") }
        guard allowsEmpty || !text.isEmpty else { throw .badRequest("\(name) is empty") }
        return text
    }

    /// A member that must be there, as a string or as an explicit null.
    func nullableString(_ name: String) throws(Refusal) -> String? {
        switch try value(name) {
        case .null: return nil
        case .string(let text): return text
        default: throw .badRequest("\(name) is neither a string nor null")
        }
    }

    /// A member that may be left out, but not be something else than a string.
    func optionalString(_ name: String) throws(Refusal) -> String? {
        members[name] == nil ? nil : try string(name)
    }

    func integer(_ name: String, in range: ClosedRange<Int> = 0...Int.max) throws(Refusal) -> Int {
        guard case .integer(let number) = try value(name) else { throw .badRequest("\(name) is not a whole number") }
        guard let number = Int(exactly: number), range.contains(number) else {
            throw .badRequest("\(name) is out of range")
        }
        return number
    }

    /// A member that must be there, as a whole number or as an explicit null.
    func nullableInteger(_ name: String) throws(Refusal) -> Int? {
        if case .null = try value(name) { return nil }
        return try integer(name)
    }

    func boolean(_ name: String) throws(Refusal) -> Bool {
        guard case .bool(let flag) = try value(name) else { throw .badRequest("\(name) is not a boolean") }
        return flag
    }

    func optionalBoolean(_ name: String) throws(Refusal) -> Bool? {
        members[name] == nil ? nil : try boolean(name)
    }

    func object(_ name: String) throws(Refusal) -> [String: JSONValue] {
        guard case .object(let members) = try value(name) else { throw .badRequest("\(name) is not an object") }
        return members
    }

    func array(_ name: String) throws(Refusal) -> [JSONValue] {
        guard case .array(let elements) = try value(name) else { throw .badRequest("\(name) is not a list") }
        return elements
    }

    func strings(_ name: String) throws(Refusal) -> [String] {
        let texts = try array(name).map(\.stringValue)
        let strings = texts.compactMap { $0 }
        guard strings.count == texts.count else { throw .badRequest("\(name) is not a list of strings") }
        return strings
    }
}
