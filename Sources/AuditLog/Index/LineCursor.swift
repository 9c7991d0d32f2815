// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Walks over the bytes of a stored line, never beyond its end.
struct LineCursor {
    private let line: UnsafeRawBufferPointer
    private var position = 0

    init(_ line: UnsafeRawBufferPointer) {
        self.line = line
    }

    /// The byte ahead; nil at the end.
    var next: UInt8? { position < line.count ? line[position] : nil }

    /// Passes over `byte` if it is ahead.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Passes over a string and returns what is between its quotes, escapes and all.
    mutating func string() -> UnsafeRawBufferPointer? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while let end = find(UInt8(ascii: "\"")) {
            position = end + 1
            // A quote after an odd number of backslashes belongs to the string.
            var backslashes = 0
            while end - backslashes > start, line[end - backslashes - 1] == UInt8(ascii: "\\") { backslashes += 1 }
            if backslashes.isMultiple(of: 2) { return UnsafeRawBufferPointer(rebasing: line[start..<end]) }
        }
        return nil
    }

    /// Passes over a number, an array or an object; false if none is ahead or it doesn't end.
    mutating func skipValue() -> Bool {
        var depth = 0
        let start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if depth == 0 { return position > start }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return position > start
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            default: break
            }
            position += 1
        }
        return false
    }

    /// The value of a string field of a whole line, escapes and all; nil if the line has no such field or is no line.
    static func string(named name: String, in line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var cursor = LineCursor(line)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let field = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return nil }
            if cursor.next == UInt8(ascii: "\"") {
                guard let value = cursor.string() else { return nil }
                if field.elementsEqual(name.utf8) { return value }
            } else if !cursor.skipValue() {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","))
        return nil
    }

    private func find(_ byte: UInt8) -> Int? {
        guard position < line.count, let base = line.baseAddress,
            let found = memchr(base + position, Int32(byte), line.count - position)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

/// The bytes of a stored entry, for features that compare their own rows with what was recorded.
package struct EntryLine {
    private let line: UnsafeRawBufferPointer

    package init(_ line: UnsafeRawBufferPointer) {
        self.line = line
    }

    /// Whether a field holds a name, an id or a hash, cut and escaped as entries do.
    package func holds(_ text: String, in field: String) -> Bool {
        let stored = JSONText.truncated(text, to: AuditEntryLimits.identifierBytes)
        return LineCursor.string(named: field, in: line)?.elementsEqual(JSONText.escaped(stored)) ?? false
    }

    /// A field's text as it stands in the line; `nil` if there is no such field.
    package func text(of field: String) -> String? {
        LineCursor.string(named: field, in: line).map { String(decoding: $0, as: UTF8.self) }
    }
}
