// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Filter {
    /// The condition of a command line's text, in the Hub's own words: `name=my-node`, `name=~my-node-4`,
    /// `executionStatus=null,starting`, `approval_status=!null` (flame-hub.md, 3.2).
    ///
    /// The key may be in either spelling; a dot leads into a related record. A backslash in front of a comma, an operator's sign or
    /// a backslash makes it a part of the value.
    ///
    /// - Throws: ``FlameHubError/Code/invalidRequest`` if it is not a condition, or one that makes no sense for the field. Whether
    ///   lists can be filtered by the key is checked when the query is sent.
    public init(text: String) throws(FlameHubError) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw FlameHubError(.invalidRequest, "A filter is a field, an equals sign and a value, such as name=~node.")
        }
        let key = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            .map { FieldNaming.newest(String($0)) }.joined(separator: ".")
        let value = text[text.index(after: equals)...]
        guard !value.isEmpty else {
            throw FlameHubError(.invalidRequest, "The filter on \(key) has no value; the Hub would drop it.")
        }
        let kind = Self.kind(of: key)
        let condition = FilterCondition(key: key, test: Self.test(FilterWords(value), kind))
        if let fault = kind.fault(of: condition.test) { throw FlameHubError(.invalidRequest, "\(key) \(fault).") }
        conditions = [condition]
    }

    private static func kind(of key: String) -> FieldKind {
        let path = key.split(separator: ".", maxSplits: 1).map(String.init)
        guard path.count == 2 else { return Record.kind(of: key) }
        return Record.relations.first { $0.name == path[0] }?.kind(path[1]) ?? .other
    }

    private static func test(_ words: FilterWords, _ kind: FieldKind) -> FilterCondition.Test {
        var words = words
        let isNegated = words.takeSign("!")
        if words.isKeyword("null") { return isNegated ? .isNotNull : .isNull }
        for ordering in [FilterCondition.Ordering.atMost, .atLeast, .lessThan, .greaterThan] where !isNegated {
            if words.takeSign(ordering.rawValue) { return .ordered(ordering, kind.value(words.text)) }
        }
        let isOpenInFront = words.takeSign("~")
        let isOpenBehind = words.takeLastSign("~")
        switch (isOpenInFront, isOpenBehind) {
        case (true, true): return .matches(.contains, words.text, negated: isNegated)
        case (true, false): return .matches(.like, words.text, negated: isNegated)
        case (false, true): return .matches(.startsWith, words.text, negated: isNegated)
        case (false, false): break
        }
        let values = words.elements
        let others = values.filter { !$0.isKeyword("null") }.map { kind.value($0.text) }
        if isNegated { return .noneOf(others) }
        return .oneOf(others, orNull: others.count < values.count)
    }
}

/// A value on the command line, in which a backslash makes a sign a part of the text.
private struct FilterWords {
    private var characters: [(character: Character, isEscaped: Bool)] = []

    init(_ text: Substring) {
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                characters.append((character, isEscaped))
                isEscaped = false
            }
        }
        if isEscaped { characters.append(("\\", true)) }
    }

    private init(_ characters: [(character: Character, isEscaped: Bool)]) {
        self.characters = characters
    }

    var text: String { String(characters.map(\.character)) }

    func isKeyword(_ word: String) -> Bool { text.lowercased() == word && !characters.contains(where: \.isEscaped) }

    /// Takes a sign away from the front.
    mutating func takeSign(_ sign: String) -> Bool {
        guard characters.count >= sign.count,
            zip(characters, sign).allSatisfy({ !$0.isEscaped && $0.character == $1 })
        else { return false }
        characters.removeFirst(sign.count)
        return true
    }

    mutating func takeLastSign(_ sign: Character) -> Bool {
        guard let last = characters.last, !last.isEscaped, last.character == sign else { return false }
        characters.removeLast()
        return true
    }

    /// The values between the commas.
    var elements: [FilterWords] {
        characters.split { $0.character == "," && !$0.isEscaped }.map { FilterWords(Array($0)) }
    }
}

extension Include {
    /// The relations of these names, in either spelling; `nil` if the Hub does not offer one of them.
    public init?(names: [String]) {
        var relations: [Relation<Record>] = []
        for name in names {
            guard let relation = Record.relations.first(where: { $0.name == FieldNaming.newest(name) }) else {
                return nil
            }
            relations.append(relation)
        }
        self.init(relations)
    }
}
