// SPDX-License-Identifier: Apache-2.0

import Timekeeping

/// A query's conditions in the two forms that they are tested in: against the index, and against a stored line.
struct LineMatcher: Sendable {
    /// A field, and the values of which one is wanted, escaped as in a line.
    private struct Condition {
        let field: EntryField
        let values: [[UInt8]]
        let tokens: [IndexToken]

        init?(_ field: EntryField, _ values: [String]) {
            guard !values.isEmpty else { return nil }
            self.field = field
            self.values = values.map(JSONText.escaped)
            tokens = values.map { IndexToken(field, value: $0) }
        }
    }

    private let conditions: [Condition]
    private let modeller: String?
    /// How an entry that doesn't hide the modeller's name can have it: as lists show it and older versions wrote it, and as
    /// this one writes it.
    private let plainModeller: Condition?
    private let earliest: Int64
    private let end: Int64

    init(_ query: AuditQuery) {
        conditions = [
            Condition(.task, query.task.map { [$0] } ?? []),
            Condition(.dataset, query.dataset.map { [$0] } ?? []),
            Condition(.decision, query.decision.map { [$0.rawValue] } ?? []),
            Condition(.type, query.types.map(\.rawValue)),
        ].compactMap { $0 }
        modeller = query.modeller
        plainModeller = Condition(.modeller, query.modeller.map { [$0, SaltedName.plain($0)] } ?? [])
        earliest = query.from.map(ISO8601.milliseconds(of:)) ?? .min
        end = query.until.map(ISO8601.milliseconds(of:)) ?? .max
    }

    /// Whether a segment can hold a match.
    func mayMatch(earliest: Int64, latest: Int64, filter: UnsafeRawBufferPointer) -> Bool {
        guard latest >= self.earliest, earliest < end else { return false }
        return conditions.allSatisfy { condition in
            condition.tokens.contains { SegmentFilter.mayContain($0, filter) }
        } && (plainModeller.map { mayMatch(modeller: $0, filter) } ?? true)
    }

    private func mayMatch(modeller: Condition, _ filter: UnsafeRawBufferPointer) -> Bool {
        modeller.tokens.contains { SegmentFilter.mayContain($0, filter) }
            || SegmentFilter.mayContain(.saltedModeller, filter)
    }

    /// Whether a stored line is a match. A line that can't be read matches, so that whoever asked comes across it.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - name: The name behind the salted hash in it, if it has one.
    func matches(_ line: UnsafeRawBufferPointer, name: () throws -> String?) rethrows -> Bool {
        guard let fields = LineFields(line), let milliseconds = fields.milliseconds else { return true }
        guard milliseconds >= earliest, milliseconds < end else { return false }
        let agrees = conditions.allSatisfy { condition in
            guard let value = fields[condition.field] else { return false }
            return condition.values.contains { $0.elementsEqual(value) }
        }
        guard agrees, let plainModeller else { return agrees }
        guard let value = fields[.modeller] else { return false }
        return try SaltedName.isSalted(value)
            ? name() == modeller : plainModeller.values.contains { $0.elementsEqual(value) }
    }
}
