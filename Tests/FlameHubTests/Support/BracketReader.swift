// SPDX-License-Identifier: Apache-2.0

import StrictJSON

@testable import FlameHub

/// Reads the value of `filter[key]` as the Hub's second query library does (flame-hub.md, 3.2). Written from
/// that page alone, so that the encoder is checked by something that knows nothing of it.
enum BracketReader {
    static func read(_ text: String) -> FilterCondition.Test? {
        var rest = Substring(text)
        let isNegated = rest.first == "!"
        if isNegated { rest = rest.dropFirst() }
        for ordering in ["<=", ">=", "<", ">"] where rest.hasPrefix(ordering) {
            // The negation before an ordering is ignored.
            guard let ordering = FilterCondition.Ordering(rawValue: ordering) else { return nil }
            return scalar(rest.dropFirst(ordering.rawValue.count)).map { .ordered(ordering, $0) }
        }
        let startsOpen = rest.first == "~"
        let endsOpen = rest.count > 1 && rest.last == "~"
        if startsOpen || endsOpen {
            let text = String(rest.dropFirst(startsOpen ? 1 : 0).dropLast(endsOpen ? 1 : 0))
            let pattern: FilterCondition.Pattern =
                startsOpen && endsOpen ? .contains : startsOpen ? .endsWith : .startsWith
            return text.contains(",") || trimmed(text) != text ? nil : .matches(pattern, text, negated: isNegated)
        }
        let values = rest.split(separator: ",", omittingEmptySubsequences: false).compactMap(scalar)
        let texts = values.filter { !$0.isNull }
        switch (texts.isEmpty, texts.count < values.count, isNegated) {
        case (true, true, false): return .isNull
        case (true, true, true): return .isNotNull
        case (true, false, _): return nil
        case (false, let orNull, false): return .oneOf(texts, orNull: orNull)
        case (false, _, true): return .noneOf(texts)
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }

    /// A number, a keyword or a text; nothing for an empty one.
    private static func scalar(_ text: some StringProtocol) -> JSONValue? {
        let text = trimmed(text)
        switch text.lowercased() {
        case "": return nil
        case "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        return number(text).map(JSONValue.double) ?? .string(text)
    }

    /// JavaScript's `Number()`.
    private static func number(_ text: String) -> Double? {
        let unsigned = text.first.map { "+-".contains($0) } == true ? text.dropFirst() : Substring(text)
        if unsigned == "Infinity" { return .infinity }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where text.lowercased().hasPrefix(prefix) {
            return Int(text.dropFirst(2), radix: radix).map(Double.init)
        }
        let parts = unsigned.lowercased().split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.contains(where: { !$0.isEmpty }), mantissa.allSatisfy({ $0.allSatisfy(isDigit) }) else {
            return nil
        }
        if parts.count == 2 {
            let exponent = parts[1].first.map { "+-".contains($0) } == true ? parts[1].dropFirst() : parts[1]
            guard !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return nil }
        }
        return Double(text.hasSuffix(".") ? text + "0" : text) ?? 0
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
