// SPDX-License-Identifier: Apache-2.0

import Foundation

extension FlameField {
    /// What the record gets for a value in a request; nil if it does not fit.
    func accepted(_ value: JSONValue) -> JSONValue? {
        // Not `? value : nil`: beside a JSONValue, nil would be the value null.
        switch (kind, value) {
        case (.name(let range), .string(let text)): Self.name(text, range)
        case (.host(let range), .string(let text)): Self.host(text, range)
        case (.uuid, .string(let text)): Self.uuid(text)
        default: fits(value) ? .some(value) : .none
        }
    }

    private func fits(_ value: JSONValue) -> Bool {
        switch (kind, value) {
        case (_, .null): isNullable
        case (.text(let range), .string(let text)): range.contains(text.utf16.count)
        case (.password, .string(let text)): (5...512).contains(text.utf16.count)
        case (.code(let range), .string(let text)): range.contains(text.utf16.count) && Self.isCode(text)
        case (.email, .string(let text)): text.split(separator: "@").count == 2 && text.utf16.count <= 256
        case (.flag, .bool): true
        case (.integer(let range), .integer(let number)): Int(exactly: number).map(range.contains) == true
        case (.word(let words), .string(let text)): words.contains(text)
        case (.arguments, .array(let elements)): elements.allSatisfy(Self.isArgument)
        case (.labels, .object(let members)): members.values.allSatisfy { $0.stringValue != nil }
        default: false
        }
    }

    /// The issue that a value of no use leads to (flame-hub.md, 7.1).
    func issue(for value: JSONValue) -> FlameIssue {
        guard case .string(let text) = value else { return FlameIssue("value_invalid", name, "Invalid input") }
        switch kind {
        case .text(let range), .code(let range), .name(let range), .host(let range):
            if text.utf16.count < range.lowerBound {
                let least = range.lowerBound
                let message = "Too small: expected string to have >=\(least) characters"
                return FlameIssue("min_length", name, message, data: ["min": .integer(Int64(least))])
            }
            if text.utf16.count > range.upperBound {
                let most = range.upperBound
                let message = "Too big: expected string to have <=\(most) characters"
                return FlameIssue("max_length", name, message, data: ["max": .integer(Int64(most))])
            }
            return FlameIssue("pattern", name, "Invalid string: must match pattern")
        case .uuid: return FlameIssue("uuid", name, "Invalid UUID")
        case .email: return FlameIssue("email", name, "Invalid email address")
        case .flag, .integer, .word, .arguments, .labels, .password:
            return FlameIssue("value_invalid", name, "Invalid input")
        }
    }

    private static func isCode(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
    }

    private static func name(_ text: String, _ range: ClosedRange<Int>) -> JSONValue? {
        let lowered = text.lowercased()
        guard range.contains(lowered.utf16.count), isCode(lowered) else { return .none }
        return .string(lowered)
    }

    private static func host(_ text: String, _ range: ClosedRange<Int>) -> JSONValue? {
        guard range.contains(text.utf16.count) else { return .none }
        guard text.contains("://") else { return .string(text) }
        return URL(string: text)?.host().map(JSONValue.string)
    }

    private static func uuid(_ text: String) -> JSONValue? {
        UUID(uuidString: text).map { .string($0.uuidString.lowercased()) }
    }

    private static func isArgument(_ value: JSONValue) -> Bool {
        guard let members = value.objectValue, let text = members["value"]?.stringValue,
            (2...512).contains(text.utf16.count)
        else { return false }
        return [nil, .null, "before", "after"].contains(members["position"])
    }
}
