// SPDX-License-Identifier: Apache-2.0

/// Reads `filter=and(eq(name,'a'),…)`, which hubs know from 0.12.5 (flame-hub.md, 3.2).
struct ExpressionFilterParser {
    /// How deep expressions may be.
    static let maximumDepth = 8

    private let words: FlameVocabulary
    private var rest: Substring

    static func parse(_ text: String, _ words: FlameVocabulary) throws(FlameRefusal) -> FlameFilter {
        var parser = ExpressionFilterParser(words: words, rest: text[...])
        let filter = try parser.expression(depth: 0)
        guard parser.rest.isEmpty else { throw Self.malformed }
        return filter
    }

    private static let malformed = FlameRefusal.badRequest("The filter expression is malformed.")

    private mutating func expression(depth: Int) throws(FlameRefusal) -> FlameFilter {
        guard depth < Self.maximumDepth else { throw Self.malformed }
        let word = take { $0.isLetter }
        try expect("(")
        let filter: FlameFilter
        switch word {
        case "and": filter = .all(try expressions(depth))
        case "or": filter = .any(try expressions(depth))
        case "not": filter = .not(try expression(depth: depth + 1))
        default:
            let key = try key(take { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" })
            try expect(",")
            filter = .test(key, try test(word, try values()))
        }
        try expect(")")
        return filter
    }

    private mutating func expressions(_ depth: Int) throws(FlameRefusal) -> [FlameFilter] {
        var found = [try expression(depth: depth + 1)]
        while rest.first == "," {
            rest.removeFirst()
            found.append(try expression(depth: depth + 1))
        }
        return found
    }

    private func key(_ word: String) throws(FlameRefusal) -> FlameKey {
        if let key = words.filterKey(word) { return key }
        let issue = FlameIssue(
            "keyNotAllowed",
            word,
            "The key \(word) is not allowed.",
            meta: ["parameter": "filters", "key": .string(word)]
        )
        throw .badRequest("The input was rejected: 1 violation.", issues: [issue])
    }

    private mutating func values() throws(FlameRefusal) -> [JSONValue] {
        var values = [try value()]
        while rest.first == "," {
            rest.removeFirst()
            values.append(try value())
        }
        return values
    }

    /// A value in single quotes; a quote inside is doubled.
    private mutating func value() throws(FlameRefusal) -> JSONValue {
        try expect("'")
        var text = ""
        while let character = rest.popFirst() {
            if character != "'" {
                text.append(character)
            } else if rest.first == "'" {
                rest.removeFirst()
                text.append("'")
            } else {
                return Self.scalar(text)
            }
        }
        throw Self.malformed
    }

    private static func scalar(_ text: String) -> JSONValue {
        switch text {
        case "null": .null
        case "true": true
        case "false": false
        default: Int64(text).map(JSONValue.integer) ?? .string(text)
        }
    }

    private func test(_ word: String, _ values: [JSONValue]) throws(FlameRefusal) -> FlameTest {
        let some = values.filter { $0 != .null }
        if word == "in" { return some.isEmpty ? .isNull : .isOne(of: some, orNull: some.count < values.count) }
        if word == "nin" { return some.isEmpty ? .isNotNull : .isNone(of: some) }
        guard values.count == 1 else { throw Self.malformed }
        let text = values[0].stringValue ?? values[0].integerValue.map { String($0) } ?? ""
        switch word {
        case "eq": return some.isEmpty ? .isNull : .isOne(of: some, orNull: false)
        case "lt": return .ordered(.less, values[0])
        case "lte": return .ordered(.atMost, values[0])
        case "gt": return .ordered(.greater, values[0])
        case "gte": return .ordered(.atLeast, values[0])
        case "startsWith": return .contains(text, .start, negated: false)
        case "endsWith": return .contains(text, .end, negated: false)
        case "contains": return .contains(text, .anywhere, negated: false)
        default: throw Self.malformed
        }
    }

    private mutating func take(while fits: (Character) -> Bool) -> String {
        let word = rest.prefix(while: fits)
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private mutating func expect(_ character: Character) throws(FlameRefusal) {
        guard rest.popFirst() == character else { throw Self.malformed }
    }
}
