// SPDX-License-Identifier: Apache-2.0

/// One condition on one field.
struct FilterCondition: Sendable, Equatable {
    /// How an ordering compares.
    enum Ordering: String, Sendable, CaseIterable {
        case lessThan = "<"
        case atMost = "<="
        case greaterThan = ">"
        case atLeast = ">="
    }

    /// Where a text is looked for.
    enum Pattern: String, Sendable, CaseIterable {
        case startsWith, endsWith, contains
        /// The Hub's own `~`: *starts with* up to hub 0.12.4, *ends with* from 0.12.5.
        case like
    }

    enum Test: Sendable, Equatable {
        /// One of the values, or null if that is allowed.
        case oneOf([JSONValue], orNull: Bool)
        case noneOf([JSONValue])
        case isNull
        case isNotNull
        case ordered(Ordering, JSONValue)
        case matches(Pattern, String, negated: Bool)
    }

    /// The field, in its newest spelling; a dot leads into a related record.
    let key: String
    let test: Test

    func prefixed(by relation: String) -> FilterCondition {
        FilterCondition(key: "\(relation).\(key)", test: test)
    }
}
