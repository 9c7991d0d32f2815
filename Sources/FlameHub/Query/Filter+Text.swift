// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Filter {
    /// The condition of a command line's text, in the Hub's own words: `name=my-node`, `name=~my-node-4`,
    /// `executionStatus=null,starting`, `approval_status=!null` (flame-hub.md, 3.2).
    ///
    /// The key may be in either spelling; a dot leads into a related record.
    ///
    /// - Throws: ``FlameHubError/Code/invalidRequest`` if it is not a condition. Whether lists can be filtered by the key
    ///   is checked when the query is sent.
    public init(text: String) throws(FlameHubError) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw FlameHubError(.invalidRequest, "A filter is a field, an equals sign and a value, such as name=~node.")
        }
        let key = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            .map { FieldNaming.newest(String($0)) }.joined(separator: ".")
        let value = String(text[text.index(after: equals)...])
        guard !value.isEmpty else {
            throw FlameHubError(.invalidRequest, "The filter on \(key) has no value; the Hub would drop it.")
        }
        conditions = [FilterCondition(key: key, test: Self.test(value))]
    }

    private static func test(_ text: String) -> FilterCondition.Test {
        let isNegated = text.hasPrefix("!")
        let rest = String(isNegated ? text.dropFirst() : text[...])
        if rest.lowercased() == "null" { return isNegated ? .isNotNull : .isNull }
        for ordering in [FilterCondition.Ordering.atMost, .atLeast, .lessThan, .greaterThan]
        where !isNegated && rest.hasPrefix(ordering.rawValue) {
            return .ordered(ordering, scalar(String(rest.dropFirst(ordering.rawValue.count))))
        }
        switch (rest.hasPrefix("~"), rest.count > 1 && rest.hasSuffix("~")) {
        case (true, true): return .matches(.contains, String(rest.dropFirst().dropLast()), negated: isNegated)
        case (true, false): return .matches(.like, String(rest.dropFirst()), negated: isNegated)
        case (false, true): return .matches(.startsWith, String(rest.dropLast()), negated: isNegated)
        case (false, false): break
        }
        let values = rest.split(separator: ",").map(String.init)
        if isNegated { return .noneOf(values.map(scalar)) }
        let others = values.filter { $0.lowercased() != "null" }
        return .oneOf(others.map(scalar), orNull: others.count < values.count)
    }

    private static func scalar(_ text: String) -> JSONValue {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: .string(text)
        }
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
