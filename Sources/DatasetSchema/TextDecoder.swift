// SPDX-License-Identifier: Apache-2.0

/// Turns the bytes of a file into UTF-8, piece by piece.
struct TextDecoder {
    private let encoding: CSVFormat.Encoding
    private var isFirst = true
    private var isBigEndian = false
    /// What of UTF-16 waits for its other half: a byte, and the first half of a surrogate pair.
    private var byte: UInt8?
    private var highSurrogate: UInt16?

    init(_ encoding: CSVFormat.Encoding) {
        self.encoding = encoding
    }

    /// The next piece; `nil` for what is no text in the encoding. UTF-8 is passed on as it is, for its reader to check.
    ///
    /// - Parameter isLast: Whether nothing follows, so that nothing may wait.
    mutating func decode(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
        defer { isFirst = false }
        switch encoding {
        case .utf8:
            return isFirst && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        case .latin1:
            return Self.utf8(bytes) { UInt16($0) }
        case .windows1252:
            return Self.utf8(bytes) { $0 & 0xE0 == 0x80 ? Self.windows1252[Int($0 & 0x1F)] : UInt16($0) }
        case .utf16:
            return utf16(bytes, isLast: isLast)
        }
    }

    private static func utf8(_ bytes: [UInt8], _ scalar: (UInt8) -> UInt16) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                text.append(byte)
            } else {
                append(UInt32(scalar(byte)), to: &text)
            }
        }
        return text
    }

    /// The characters of the bytes from 0x80 to 0x9F. The five that have none stand for controls, as browsers take them.
    private static let windows1252: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private mutating func utf16(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
        var units = (byte.map { [$0] } ?? []) + bytes
        if isFirst, units.count >= 2 {
            isBigEndian = units.starts(with: [0xFE, 0xFF])
            if isBigEndian || units.starts(with: [0xFF, 0xFE]) { units.removeFirst(2) }
        }
        byte = units.count % 2 == 1 ? units.popLast() : nil
        var text: [UInt8] = []
        text.reserveCapacity(units.count)
        for index in stride(from: 0, to: units.count, by: 2) {
            let (first, second) = (UInt16(units[index]), UInt16(units[index + 1]))
            let unit = isBigEndian ? first << 8 | second : second << 8 | first
            switch (highSurrogate, unit) {
            case (let high?, 0xDC00...0xDFFF):
                Self.append(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00, to: &text)
                highSurrogate = nil
            case (.some, _), (nil, 0xDC00...0xDFFF): return nil
            case (nil, 0xD800...0xDBFF): highSurrogate = unit
            case (nil, _): Self.append(UInt32(unit), to: &text)
            }
        }
        guard !isLast || (byte == nil && highSurrogate == nil) else { return nil }
        return text
    }

    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        switch scalar {
        case ..<0x80: text.append(UInt8(scalar))
        case ..<0x800: text += [0xC0 | UInt8(scalar >> 6), 0x80 | UInt8(scalar & 0x3F)]
        case ..<0x10000:
            text += [0xE0 | UInt8(scalar >> 12), 0x80 | UInt8(scalar >> 6 & 0x3F), 0x80 | UInt8(scalar & 0x3F)]
        default:
            text += [
                0xF0 | UInt8(scalar >> 18), 0x80 | UInt8(scalar >> 12 & 0x3F), 0x80 | UInt8(scalar >> 6 & 0x3F),
                0x80 | UInt8(scalar & 0x3F),
            ]
        }
    }
}
