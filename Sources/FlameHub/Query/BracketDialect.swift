// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// `filter[key]=value`, which every hub understands (flame-hub.md, 3.2).
///
/// It has no escaping: what the server would read as something else is refused here.
struct BracketDialect {
    /// Whether the server has the second query library (hub 0.12.5), which knows more patterns and turns texts that
    /// look like numbers into numbers.
    let hasSecondGrammar: Bool

    func items(
        _ conditions: [FilterCondition],
        spelling: (String) -> String
    ) throws(QueryFault) -> [(String, String)] {
        var items: [(String, String)] = []
        for condition in conditions {
            let name = "filter[\(spelling(condition.key))]"
            guard !items.contains(where: { $0.0 == name }) else {
                throw .inexpressible("It has one condition for each field, and \(condition.key) has two.")
            }
            items.append((name, try text(of: condition.test)))
        }
        return items
    }

    /// Why a condition can't be said; `nil` if it can.
    func fault(of condition: FilterCondition) -> QueryFault? {
        do throws(QueryFault) {
            _ = try text(of: condition.test)
            return nil
        } catch {
            return error
        }
    }

    private func text(of test: FilterCondition.Test) throws(QueryFault) -> String {
        switch test {
        case .isNull: return "null"
        case .isNotNull: return "!null"
        case .oneOf(let values, let orNull): return (orNull ? "null," : "") + (try list(values))
        case .noneOf(let values): return "!" + (try list(values))
        case .ordered(let ordering, let value): return ordering.rawValue + (try scalar(value))
        case .matches(let pattern, let text, let negated):
            return (negated ? "!" : "") + (try self.pattern(pattern, text))
        }
    }

    private func list(_ values: [JSONValue]) throws(QueryFault) -> String {
        var texts: [String] = []
        for value in values { texts.append(try scalar(value)) }
        return texts.joined(separator: ",")
    }

    private func scalar(_ value: JSONValue) throws(QueryFault) -> String {
        switch value {
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .unsigned(let value): return String(value)
        case .double(let value): return String(value)
        case .string(let text):
            guard !["null", "true", "false"].contains(text.lowercased()) else {
                throw .inexpressible("The text \"\(text)\" would be read as a keyword.")
            }
            guard !hasSecondGrammar || !Self.looksNumeric(text) else {
                throw .inexpressible("The text \"\(text)\" would be read as a number.")
            }
            return try plain(text)
        case .null, .array, .object:
            throw .invalid("A field is compared with a text, a number or a truth value.")
        }
    }

    private func plain(_ text: String) throws(QueryFault) -> String {
        guard let first = text.first, let last = text.last else {
            throw .inexpressible("An empty text would drop the condition.")
        }
        guard !text.contains(","), !"!~<>=".contains(first), last != "~", !first.isWhitespace, !last.isWhitespace else {
            throw .inexpressible("The text has a comma, an operator's sign or a space where it would be misread.")
        }
        return text
    }

    private func pattern(_ pattern: FilterCondition.Pattern, _ text: String) throws(QueryFault) -> String {
        // A pattern is a text in any case, so keywords and numbers need no care.
        let text = try plain(text)
        switch (pattern, hasSecondGrammar) {
        case (.like, _), (.startsWith, false), (.endsWith, true): return "~" + text
        case (.startsWith, true): return text + "~"
        case (.contains, true): return "~" + text + "~"
        case (.endsWith, false), (.contains, false):
            throw .inexpressible("Hubs before 0.12.5 can only look at the start of a text.")
        }
    }

    /// Whether the second query library makes something else of a text than a text, in both dialects: it cuts outer spaces, and
    /// takes what JavaScript's `Number()` takes for a number (flame-hub-differences.md, Q2).
    static func isCoerced(_ text: String) -> Bool {
        guard text.first?.isWhitespace != true, text.last?.isWhitespace != true else { return true }
        return ["null", "true", "false"].contains(text.lowercased()) || looksNumeric(text)
    }

    /// Whether JavaScript's `Number()` would take the text; errs towards yes.
    private static func looksNumeric(_ text: String) -> Bool {
        let digits = text.lowercased()
        if ["infinity", "+infinity", "-infinity"].contains(digits) { return true }
        if ["0x", "0b", "0o"].contains(String(digits.prefix(2))) {
            return digits.dropFirst(2).allSatisfy(\.isHexDigit)
        }
        return Double(digits) != nil || Double(digits + "0") != nil
    }
}
