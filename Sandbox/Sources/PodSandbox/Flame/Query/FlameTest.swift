// SPDX-License-Identifier: Apache-2.0

/// What a field's value is tested for. Null passes the test for null, and from hub 0.12.5 on those that negate (Q4).
enum FlameTest: Sendable, Equatable {
    enum Ordering: String, Sendable {
        case less = "<", atMost = "<=", greater = ">", atLeast = ">="
    }

    enum Place: Sendable {
        case start, end, anywhere
    }

    case isNull
    case isOne(of: [JSONValue], orNull: Bool)
    case isNone(of: [JSONValue])
    case isNotNull
    case ordered(Ordering, JSONValue)
    case contains(String, Place, negated: Bool)

    func passes(_ value: JSONValue, negationsTakeNull: Bool) -> Bool {
        if value == .null {
            return switch self {
            case .isNull, .isOne(_, orNull: true): true
            case .isNone, .contains(_, _, negated: true): negationsTakeNull
            default: false
            }
        }
        return switch self {
        case .isNull: false
        case .isNotNull: true
        case .isOne(let values, _): values.contains { Self.isEqual(value, $0) }
        case .isNone(let values): !values.contains { Self.isEqual(value, $0) }
        case .ordered(let ordering, let bound): Self.isOrdered(value, ordering, bound)
        case .contains(let text, let place, let negated): Self.contains(value, text, place) != negated
        }
    }

    /// Texts are equal whatever their case; a number is compared as its text with a text.
    private static func isEqual(_ value: JSONValue, _ wanted: JSONValue) -> Bool {
        if value == wanted { return true }
        guard let text = text(value), let wanted = Self.text(wanted) else { return false }
        return text.utf8.count == wanted.utf8.count && text.lowercased() == wanted.lowercased()
    }

    private static func isOrdered(_ value: JSONValue, _ ordering: Ordering, _ bound: JSONValue) -> Bool {
        let comparison: (less: Bool, equal: Bool)
        if let first = number(value), let second = number(bound) {
            comparison = (first < second, first == second)
        } else if let first = text(value), let second = text(bound) {
            comparison = (first < second, first == second)
        } else {
            return false
        }
        return switch ordering {
        case .less: comparison.less
        case .atMost: comparison.less || comparison.equal
        case .greater: !comparison.less && !comparison.equal
        case .atLeast: !comparison.less
        }
    }

    private static func contains(_ value: JSONValue, _ wanted: String, _ place: Place) -> Bool {
        guard let text = text(value)?.lowercased() else { return false }
        let wanted = wanted.lowercased()
        return switch place {
        case .start: text.hasPrefix(wanted)
        case .end: text.hasSuffix(wanted)
        case .anywhere: text.contains(wanted)
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        default: nil
        }
    }
}
