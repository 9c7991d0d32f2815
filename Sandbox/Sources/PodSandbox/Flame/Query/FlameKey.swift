// SPDX-License-Identifier: Apache-2.0

/// A field that is filtered or sorted by, of the record itself or of one that it points to.
struct FlameKey: Sendable, Equatable {
    /// The relation that leads to the field's record; nil for the record itself.
    let relation: String?
    let field: String

    /// The value for a record.
    func value(of row: FlameRow, in resource: FlameResource, _ state: FlameState) -> JSONValue {
        guard let relation else { return row[field] }
        guard let relation = resource.relation(relation) else { return .null }
        return state.row(relation.target, row.reference(relation.key))?[field] ?? .null
    }
}
