// SPDX-License-Identifier: Apache-2.0

import StrictJSON

@testable import FlameHub

/// Reads the expression dialect (flame-hub.md, 3.2), as far as the client writes it.
struct ExpressionReader {
    private var rest: Substring

    init(_ text: String) {
        rest = Substring(text)
    }

    /// The conditions that the expression joins, or nothing if it is not one.
    mutating func readAll() -> [FilterCondition.Test]? {
        var tests: [FilterCondition.Test] = []
        if rest.hasPrefix("and(") {
            rest = rest.dropFirst(4)
            repeat {
                guard let test = read() else { return nil }
                tests.append(test)
            } while take(",")
            guard take(")") else { return nil }
        } else {
            guard let test = read() else { return nil }
            tests.append(test)
        }
        return rest.isEmpty ? tests : nil
    }

    private mutating func read() -> FilterCondition.Test? {
        let word = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(word.count)
        guard take("(") else { return nil }
        switch word {
        case "not":
            let test = read()
            guard take(")") else { return nil }
            switch test {
            case .matches(let pattern, let text, false): return .matches(pattern, text, negated: true)
            case .isNull: return .isNotNull
            case .oneOf(let values, false) where values.count == 1: return .noneOf(values)
            default: return nil
            }
        case "or":
            guard read() == .isNull, take(","), case .oneOf(let values, false)? = read(), take(")") else { return nil }
            return .oneOf(values, orNull: true)
        default: break
        }
        guard rest.hasPrefix("name") else { return nil }
        rest = rest.dropFirst(4)
        var values: [String] = []
        while take(",") {
            guard let value = quoted() else { return nil }
            values.append(value)
        }
        guard take(")"), let first = values.first else { return nil }
        let all = values.map(JSONValue.string)
        switch word {
        case "eq": return first == "null" ? .isNull : .oneOf(all, orNull: false)
        case "in": return .oneOf(all, orNull: false)
        case "nin": return .noneOf(all)
        case "lt": return .ordered(.lessThan, .string(first))
        case "lte": return .ordered(.atMost, .string(first))
        case "gt": return .ordered(.greaterThan, .string(first))
        case "gte": return .ordered(.atLeast, .string(first))
        default: return FilterCondition.Pattern(rawValue: String(word)).map { .matches($0, first, negated: false) }
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func quoted() -> String? {
        guard take("'") else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            if character != "'" {
                text.append(character)
            } else if take("'") {
                text.append("'")
            } else {
                return text
            }
        }
        return nil
    }
}
