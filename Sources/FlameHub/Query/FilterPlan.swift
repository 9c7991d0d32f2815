// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Which conditions a server is asked to apply, and which are applied here because it would drop or misread them.
struct FilterPlan<Record: HubRecord>: Sendable {
    /// What the server is asked for: never less than what is wanted.
    var sent: [FilterCondition] = []
    /// What every row is compared with here.
    var here: [FilterCondition] = []

    /// Splits the conditions of a query.
    init(_ conditions: [FilterCondition], for server: ServerProfile) {
        let isSecond = server.isAtLeast(.secondQueryGrammar)
        for condition in conditions {
            if server.features.dropsFilter(by: condition.key, of: Record.collection) {
                here.append(condition.named(isSecond: isSecond))
            } else if isSecond, condition.coercedTexts != nil {
                here.append(condition.named(isSecond: isSecond))
                // A pattern is a text in any case, so that it finds at least the row that is meant.
                if case .oneOf(let values, false) = condition.test, values.count == 1,
                    let text = values[0].stringValue?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty
                {
                    sent.append(FilterCondition(key: condition.key, test: .matches(.contains, text, negated: false)))
                }
            } else if !isSecond, BracketDialect(hasSecondGrammar: false).fault(of: condition) != nil {
                here.append(condition.named(isSecond: isSecond))
            } else {
                sent.append(condition)
            }
        }
    }

    /// Whether a row is one of those that are wanted.
    func isWanted(_ row: ResourceRow<Record>) -> Bool {
        guard !here.isEmpty else { return true }
        guard let fields = row.raw.objectValue else { return false }
        return here.allSatisfy { $0.isExactlyMet(by: fields) }
    }
}

extension FilterCondition {
    /// The condition without the Hub's own `~`, which looks at the end of a text in the second grammar and at its start before.
    fileprivate func named(isSecond: Bool) -> FilterCondition {
        guard case .matches(.like, let text, let negated) = test else { return self }
        return FilterCondition(key: key, test: .matches(isSecond ? .endsWith : .startsWith, text, negated: negated))
    }

    /// The texts that the second query library would read as something else; `nil` if there are none.
    var coercedTexts: [String]? {
        let values: [JSONValue] =
            switch test {
            case .oneOf(let values, _), .noneOf(let values): values
            case .ordered(_, let value): [value]
            case .isNull, .isNotNull, .matches: []
            }
        let texts = values.compactMap(\.stringValue).filter(BracketDialect.isCoerced)
        return texts.isEmpty ? nil : texts
    }
}
