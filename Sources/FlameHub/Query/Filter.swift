// SPDX-License-Identifier: Apache-2.0

/// Conditions on the records of a list, all of which must hold: `.nodeID(id) && .approvalStatus.isNull`.
///
/// Whether the Hub honoured each condition is checked on every row that comes back, because it drops what it does not
/// understand and then answers with *all* rows (flame-hub.md, 0, fact 5).
public struct Filter<Record: HubRecord>: Sendable, Equatable {
    let conditions: [FilterCondition]

    /// Both filters hold.
    public static func && (first: Self, second: Self) -> Self {
        Filter(conditions: first.conditions + second.conditions)
    }

    /// The filter on a record that is related to this one: `.related(.analysis, .buildStatus(.executed))`.
    static func related<Related>(_ relation: String, _ filter: Filter<Related>) -> Self {
        Filter(conditions: filter.conditions.map { $0.prefixed(by: relation) })
    }
}
