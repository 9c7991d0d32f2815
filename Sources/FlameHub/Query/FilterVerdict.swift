// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// What a row says about a condition that the Hub was asked to apply.
enum FilterVerdict: Equatable {
    case holds
    case fails
    /// The row does not have the field.
    case unknown
}

extension FilterCondition {
    /// Checks a row in its newest spelling. Where databases differ (case, accents, wildcards, collation) the check is
    /// lenient both ways: it is there to notice a condition that was dropped, not to repeat the database's work.
    func verdict(on row: JSONObject) -> FilterVerdict {
        guard let value = value(in: row) else { return .unknown }
        return holds(for: value) ? .holds : .fails
    }

    /// Whether a row meets the condition as hubs from 0.12.5 on compare: without regard to case, with `%` and `_` as they
    /// stand, and with null among what is *not* something. For conditions that are applied here.
    func isExactlyMet(by row: JSONObject) -> Bool {
        guard let value = value(in: row) else { return false }
        switch test {
        case .isNull: return value.isNull
        case .isNotNull: return !value.isNull
        case .oneOf(let values, let orNull): return value.isNull ? orNull : Self.isCertainlyOne(value, of: values)
        case .noneOf(let values): return !Self.isCertainlyOne(value, of: values)
        case .ordered(let ordering, let bound): return Self.holds(ordering, value, bound)
        case .matches(let pattern, let text, let negated):
            return (!value.isNull && Self.certainlyMatches(pattern, text, in: value)) != negated
        }
    }

    private func value(in row: JSONObject) -> JSONValue? {
        var value = JSONValue.object(row)
        for segment in key.split(separator: ".") {
            // Of a record that is not there every field is null.
            if value.isNull { return value }
            guard let next = value.objectValue?[String(segment)] else { return nil }
            value = next
        }
        return value
    }

    private func holds(for value: JSONValue) -> Bool {
        switch test {
        case .isNull: value.isNull
        case .isNotNull: !value.isNull
        case .oneOf(let values, let orNull):
            value.isNull ? orNull : Self.isOne(value, of: values)
        case .noneOf(let values): !Self.isCertainlyOne(value, of: values)
        case .ordered(let ordering, let bound): Self.holds(ordering, value, bound)
        case .matches(let pattern, let text, let negated):
            // A `!~x` of the Hub may mean either end of the text.
            negated
                ? value.isNull || !Self.certainlyMatches(pattern, text, in: value)
                : !value.isNull && Self.matches(pattern, text, in: Self.folded(value))
        }
    }

    /// Whether any database takes the value for one of the values: equal but for case.
    private static func isCertainlyOne(_ value: JSONValue, of values: [JSONValue]) -> Bool {
        if values.contains(value) { return true }
        guard let text = value.stringValue?.lowercased() else { return false }
        return values.contains { $0.stringValue?.lowercased() == text }
    }

    private static func certainlyMatches(_ pattern: Pattern, _ text: String, in value: JSONValue) -> Bool {
        guard let value = value.stringValue?.lowercased() else { return false }
        let text = text.lowercased()
        return switch pattern {
        case .startsWith: value.hasPrefix(text)
        case .endsWith: value.hasSuffix(text)
        case .contains: value.contains(text)
        case .like: value.hasPrefix(text) && value.hasSuffix(text)
        }
    }

    private static func isOne(_ value: JSONValue, of values: [JSONValue]) -> Bool {
        if values.contains(value) { return true }
        let value = folded(value)
        return values.contains { folded($0) == value }
    }

    /// Some databases hand out truth values as 0 and 1.
    private static func folded(_ value: JSONValue) -> String {
        switch value {
        case .bool(let value): value ? "1" : "0"
        case .string(let text) where ["true", "false"].contains(text.lowercased()):
            text.lowercased() == "true" ? "1" : "0"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .double(let value): String(value)
        case .string(let text): folded(text)
        case .null, .array, .object: ""
        }
    }

    private static func folded(_ text: String) -> String {
        // Foundation's way costs more than the rest of a page together, and the Hub's words and ids are ASCII.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }

    /// Texts that are neither numbers nor timestamps are ordered by the database's collation, which can't be checked.
    private static func holds(_ ordering: Ordering, _ value: JSONValue, _ bound: JSONValue) -> Bool {
        if value.isNull { return false }
        guard let value = measure(value), let bound = measure(bound) else { return true }
        return switch ordering {
        case .lessThan: value < bound
        case .atMost: value <= bound
        case .greaterThan: value > bound
        case .atLeast: value >= bound
        }
    }

    private static func measure(_ value: JSONValue) -> Double? {
        value.numberValue ?? value.stringValue.flatMap(HubTimestamp.init)?.date.timeIntervalSince1970
    }

    /// Older query libraries hand the text to SQL's LIKE as it is, so its wildcards count.
    private static func matches(_ pattern: Pattern, _ text: String, in value: String) -> Bool {
        let text = folded(text)
        return switch pattern {
        case .startsWith: isLike(value, text + "%")
        case .endsWith: isLike(value, "%" + text)
        case .contains: isLike(value, "%" + text + "%")
        case .like: isLike(value, text + "%") || isLike(value, "%" + text)
        }
    }

    /// SQL's LIKE: `%` stands for any run of characters, `_` for one. Takes time in proportion to both lengths.
    private static func isLike(_ value: String, _ pattern: String) -> Bool {
        let value = Array(value)
        let pattern = Array(pattern)
        var (position, token) = (0, 0)
        var retry: (position: Int, token: Int)?
        while position < value.count {
            if token < pattern.count, pattern[token] == "%" {
                token += 1
                retry = (position, token)
            } else if token < pattern.count, pattern[token] == "_" || pattern[token] == value[position] {
                position += 1
                token += 1
            } else if let last = retry {
                retry = (last.position + 1, last.token)
                (position, token) = (last.position + 1, last.token)
            } else {
                return false
            }
        }
        return pattern[token...].allSatisfy { $0 == "%" }
    }
}
