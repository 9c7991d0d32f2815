// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// `filter=<expression>`, from hub 0.12.5: it can say commas and operators' signs, and refuses what it does not know. It has no
/// word for *not equal*, and it takes quoted numbers and keywords for numbers and keywords, too (flame-hub-differences.md, Q1
/// and Q2).
struct ExpressionDialect {
    func item(
        _ conditions: [FilterCondition],
        spelling: (String) -> String
    ) throws(QueryFault) -> (String, String) {
        var terms: [String] = []
        for condition in conditions { terms.append(try term(condition.test, spelling(condition.key))) }
        return ("filter", terms.count == 1 ? terms[0] : "and(\(terms.joined(separator: ",")))")
    }

    private func term(_ test: FilterCondition.Test, _ field: String) throws(QueryFault) -> String {
        switch test {
        case .isNull: return "eq(\(field),'null')"
        case .isNotNull: return "not(eq(\(field),'null'))"
        case .oneOf(let values, false): return try choice("eq", "in", field, values)
        case .oneOf(let values, true): return "or(eq(\(field),'null'),\(try choice("eq", "in", field, values)))"
        case .noneOf(let values) where values.count == 1: return "not(\(try choice("eq", "in", field, values)))"
        case .noneOf(let values): return try choice("eq", "nin", field, values)
        case .ordered(let ordering, let value): return "\(Self.word(ordering))(\(field),\(try quoted(value)))"
        case .matches(let pattern, let text, let negated):
            let term = "\(Self.word(pattern))(\(field),\(try quoted(.string(text))))"
            return negated ? "not(\(term))" : term
        }
    }

    private func choice(
        _ one: String,
        _ many: String,
        _ field: String,
        _ values: [JSONValue]
    ) throws(QueryFault) -> String {
        var texts: [String] = []
        for value in values { texts.append(try quoted(value)) }
        return "\(texts.count == 1 ? one : many)(\(field),\(texts.joined(separator: ",")))"
    }

    private func quoted(_ value: JSONValue) throws(QueryFault) -> String {
        let text: String
        switch value {
        case .bool(let value): text = value ? "true" : "false"
        case .integer(let value): text = String(value)
        case .unsigned(let value): text = String(value)
        case .double(let value): text = String(value)
        case .string(let value): text = value.replacing("'", with: "''")
        case .null, .array, .object:
            throw .invalid("A field is compared with a text, a number or a truth value.")
        }
        return "'\(text)'"
    }

    private static func word(_ ordering: FilterCondition.Ordering) -> String {
        switch ordering {
        case .lessThan: "lt"
        case .atMost: "lte"
        case .greaterThan: "gt"
        case .atLeast: "gte"
        }
    }

    private static func word(_ pattern: FilterCondition.Pattern) -> String {
        switch pattern {
        case .startsWith: "startsWith"
        case .endsWith, .like: "endsWith"
        case .contains: "contains"
        }
    }
}
