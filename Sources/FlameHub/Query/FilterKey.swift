// SPDX-License-Identifier: Apache-2.0

/// A field that lists of a record can be filtered by. Called like a function it becomes a ``Filter``:
///
/// ```swift
/// .name("my-node")                    // equal
/// .name(like: "my-node-4")
/// .executionStatus(in: [.started, .executing])
/// .approvalStatus.isNull
/// ```
///
/// The operators are those of flame-hub.md, 3.2. Texts compare without regard to case.
public struct FilterKey<Record: HubRecord, Value: FilterValue>: Sendable {
    /// The name of the field in its newest spelling.
    public let name: String

    /// The field of this name; a key that is not on the record's list is refused when the query is sent.
    public init(_ name: String) {
        self.name = name
    }

    private func filter(_ test: FilterCondition.Test) -> Filter<Record> {
        Filter(conditions: [FilterCondition(key: name, test: test)])
    }

    /// The field equals the value.
    public func callAsFunction(_ value: Value) -> Filter<Record> {
        filter(.oneOf([value.filterValue], orNull: false))
    }

    /// The field has another value.
    public func callAsFunction(not value: Value) -> Filter<Record> {
        filter(.noneOf([value.filterValue]))
    }

    /// The field equals one of the values. An empty list is refused when the query is sent.
    public func callAsFunction(in values: [Value]) -> Filter<Record> {
        filter(.oneOf(values.map(\.filterValue), orNull: false))
    }

    /// The field equals none of the values. An empty list is refused when the query is sent.
    public func callAsFunction(notIn values: [Value]) -> Filter<Record> {
        filter(.noneOf(values.map(\.filterValue)))
    }

    /// The field is null or equals one of the values.
    public func callAsFunction(nullOrIn values: [Value]) -> Filter<Record> {
        filter(.oneOf(values.map(\.filterValue), orNull: true))
    }

    /// The field is null.
    public var isNull: Filter<Record> { filter(.isNull) }
    /// The field is not null.
    public var isNotNull: Filter<Record> { filter(.isNotNull) }

    /// The field comes before the value.
    public func callAsFunction(lessThan value: Value) -> Filter<Record> {
        filter(.ordered(.lessThan, value.filterValue))
    }

    /// The field comes before the value or equals it.
    public func callAsFunction(atMost value: Value) -> Filter<Record> {
        filter(.ordered(.atMost, value.filterValue))
    }

    /// The field comes after the value.
    public func callAsFunction(greaterThan value: Value) -> Filter<Record> {
        filter(.ordered(.greaterThan, value.filterValue))
    }

    /// The field comes after the value or equals it.
    public func callAsFunction(atLeast value: Value) -> Filter<Record> {
        filter(.ordered(.atLeast, value.filterValue))
    }
}

extension FilterKey where Value == String {
    /// The Hub's own `~`, which means *starts with* up to hub 0.12.4 and *ends with* from 0.12.5. Say
    /// `startsWith`, `endsWith` or `contains` to have one meaning everywhere.
    public func callAsFunction(like text: String) -> Filter<Record> {
        filter(.matches(.like, text, negated: false))
    }

    /// The field does not match what `like` matches.
    public func callAsFunction(notLike text: String) -> Filter<Record> {
        filter(.matches(.like, text, negated: true))
    }

    /// The field starts with the text.
    public func callAsFunction(startsWith text: String) -> Filter<Record> {
        filter(.matches(.startsWith, text, negated: false))
    }

    /// The field does not start with the text.
    public func callAsFunction(notStartsWith text: String) -> Filter<Record> {
        filter(.matches(.startsWith, text, negated: true))
    }

    /// The field ends with the text. Needs hub 0.12.5.
    public func callAsFunction(endsWith text: String) -> Filter<Record> {
        filter(.matches(.endsWith, text, negated: false))
    }

    /// The field does not end with the text. Needs hub 0.12.5.
    public func callAsFunction(notEndsWith text: String) -> Filter<Record> {
        filter(.matches(.endsWith, text, negated: true))
    }

    /// The field contains the text. Needs hub 0.12.5.
    public func callAsFunction(contains text: String) -> Filter<Record> {
        filter(.matches(.contains, text, negated: false))
    }

    /// The field does not contain the text. Needs hub 0.12.5.
    public func callAsFunction(notContains text: String) -> Filter<Record> {
        filter(.matches(.contains, text, negated: true))
    }
}
