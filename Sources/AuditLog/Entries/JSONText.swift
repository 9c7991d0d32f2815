// SPDX-License-Identifier: Apache-2.0

/// JSON strings as the audit log writes them.
///
/// Beside what JSON demands, everything that could break a line, move a terminal's cursor or turn the direction of
/// text is escaped: C0, DEL and C1 controls, line and paragraph separators, bidirectional marks. Entries hold texts that
/// strangers chose, and people read them with `less`.
enum JSONText {
    /// Appends the quoted, escaped form of `text`.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if isPlain(text) {
            var text = text
            text.withUTF8 { bytes.append(contentsOf: $0) }
        } else {
            for scalar in text.unicodeScalars {
                appendEscaped(scalar, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The escaped form of `text`, without the quotes.
    static func escaped(_ text: String) -> [UInt8] {
        if isPlain(text) { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars { appendEscaped(scalar, to: &bytes) }
        return bytes
    }

    /// Calls `body` with the escaped form of `text`, without the quotes.
    static func withEscaped<Value>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        guard isPlain(text) else { return escaped(text).withUnsafeBytes(body) }
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// The text cut to at most `limit` bytes in its escaped form; a cut text ends in `…`.
    static func truncated(_ text: String, to limit: Int) -> String {
        // No escape is longer than six times the bytes it stands for.
        if text.utf8.count * 6 <= limit || text.utf8.count <= limit && isPlain(text) { return text }
        let mark: Unicode.Scalar = "…"
        var escaped: [UInt8] = []
        var end = text.startIndex
        for index in text.unicodeScalars.indices {
            appendEscaped(text.unicodeScalars[index], to: &escaped)
            guard escaped.count <= limit else { return String(text.unicodeScalars[..<end]) + String(mark) }
            if escaped.count + UTF8.width(mark) <= limit { end = text.unicodeScalars.index(after: index) }
        }
        return text
    }

    private static func isPlain(_ text: String) -> Bool {
        var text = text
        // Over the bytes themselves: the characters of a string come one by one, at many times the price.
        return text.withUTF8 { bytes in
            bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        }
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar.value {
        case 0x22: bytes.append(contentsOf: #"\""#.utf8)
        case 0x5C: bytes.append(contentsOf: #"\\"#.utf8)
        case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case let value where mustEscape(value): appendUnicodeEscape(value, to: &bytes)
        default: bytes.append(contentsOf: scalar.utf8)
        }
    }

    /// All of these are in the basic plane, so one `\u` escape is enough.
    private static func mustEscape(_ value: UInt32) -> Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200E, 0x200F: true
        case 0x2028...0x202E, 0x2066...0x2069: true
        case 0xFEFF: true
        default: false
        }
    }

    private static func appendUnicodeEscape(_ value: UInt32, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"\u"#.utf8)
        for shift in stride(from: 12, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: (value >> UInt32(shift)) & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
