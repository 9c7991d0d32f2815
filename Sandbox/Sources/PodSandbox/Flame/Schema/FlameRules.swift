// SPDX-License-Identifier: Apache-2.0

/// What is particular to the writes of a collection.
///
/// Each rule sees the state before the write and may refuse it; those named in the past see the state after it.
struct FlameRules: Sendable {
    typealias Values = [String: JSONValue]

    /// Completes and checks the values of a new record.
    var create: @Sendable (inout FlameState, inout Values, FlameActor) throws(FlameRefusal) -> Void = {
        (_: inout FlameState, _: inout Values, _: FlameActor) throws(FlameRefusal) in
    }
    /// A record that is there already and is to be answered instead of making another.
    var existing: @Sendable (FlameState, Values) -> FlameRow? = { _, _ in nil }
    var created: @Sendable (inout FlameState, FlameRow, FlameActor) -> Void = { _, _, _ in }
    /// Completes and checks the values that change.
    var update: @Sendable (inout FlameState, FlameRow, inout Values, FlameActor) throws(FlameRefusal) -> Void = {
        (_: inout FlameState, _: FlameRow, _: inout Values, _: FlameActor) throws(FlameRefusal) in
    }
    /// Sees the record before and after.
    var updated: @Sendable (inout FlameState, FlameRow, FlameRow) -> Void = { _, _, _ in }
    var delete: @Sendable (inout FlameState, FlameRow, FlameActor) throws(FlameRefusal) -> Void = {
        (_: inout FlameState, _: FlameRow, _: FlameActor) throws(FlameRefusal) in
    }
    var deleted: @Sendable (inout FlameState, FlameRow) -> Void = { _, _ in }
    /// Checks that somebody may see these fields, which are sent only on demand.
    var reveal: @Sendable (FlameState, FlameRow, FlameActor) throws(FlameRefusal) -> Void = {
        (_: FlameState, _: FlameRow, _: FlameActor) throws(FlameRefusal) in
    }
}
