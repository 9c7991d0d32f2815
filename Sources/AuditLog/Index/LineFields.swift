// SPDX-License-Identifier: Apache-2.0

import Foundation
import Timekeeping

/// The fields of a stored line that the log itself reads, found in one pass without decoding the line.
///
/// Values are as they stand in the line, escapes and all, and point into it. Lines can have been tampered with: one that
/// isn't of the form that the log writes gives nil, whatever it holds.
struct LineFields {
    private(set) var at: UnsafeRawBufferPointer?
    private var indexed:
        (
            UnsafeRawBufferPointer?, UnsafeRawBufferPointer?, UnsafeRawBufferPointer?, UnsafeRawBufferPointer?,
            UnsafeRawBufferPointer?
        )

    init?(_ line: UnsafeRawBufferPointer) {
        var cursor = LineCursor(line)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return nil }
            if cursor.next == UInt8(ascii: "\"") {
                guard let value = cursor.string() else { return nil }
                keep(value, of: name)
            } else if !cursor.skipValue() {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")), cursor.next == nil else { return nil }
    }

    /// A field's value; nil if the line has no such field.
    subscript(field: EntryField) -> UnsafeRawBufferPointer? {
        switch field {
        case .type: indexed.0
        case .dataset: indexed.1
        case .task: indexed.2
        case .modeller: indexed.3
        case .decision: indexed.4
        }
    }

    /// `at`, in milliseconds since 1970.
    var milliseconds: Int64? {
        at.flatMap { ISO8601.milliseconds($0) }
    }

    /// What the index keeps of the line.
    var tokens: [IndexToken] {
        var tokens: [IndexToken] = []
        tokens.reserveCapacity(EntryField.allCases.count)
        for field in EntryField.allCases {
            guard let value = self[field] else { continue }
            tokens.append(field == .modeller ? IndexToken(modeller: value) : IndexToken(field, escaped: value))
        }
        return tokens
    }

    private mutating func keep(_ value: UnsafeRawBufferPointer, of name: UnsafeRawBufferPointer) {
        switch name.count {
        case 2 where Self.equals(name, "at"): at = value
        case 4 where Self.equals(name, "type"): indexed.0 = value
        case 7 where Self.equals(name, "dataset"): indexed.1 = value
        case 4 where Self.equals(name, "task"): indexed.2 = value
        case 8 where Self.equals(name, "modeller"): indexed.3 = value
        case 8 where Self.equals(name, "decision"): indexed.4 = value
        default: break
        }
    }

    /// Whether a name of the right length is this one.
    private static func equals(_ name: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
        name.baseAddress.map { memcmp($0, literal.utf8Start, name.count) == 0 } ?? false
    }
}
