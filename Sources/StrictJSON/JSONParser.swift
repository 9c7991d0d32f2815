// SPDX-License-Identifier: Apache-2.0

/// A strict reader of JSON (RFC 8259) from untrusted bytes.
///
/// Refuses what lets two readers disagree about a document: repeated keys, text after the value, invalid UTF-8, lone
/// surrogates (unless they are to be replaced), integers beyond 64 bits and numbers that are not finite.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var depth = 0

    /// Reads exactly one value.
    static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maximumBytes else { throw JSONError(.tooLarge, "the text is too long") }
        var parser = JSONParser(bytes: bytes, limits: limits)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.failure("text after the value") }
        return value
    }

    private init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private func failure(_ reason: String) -> JSONError {
        JSONError(.malformed, reason, offset: position)
    }

    private var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("unexpected end")
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        let matches =
            position + count <= bytes.count
            && text.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + count]) }
        guard matches else { throw failure("unknown word") }
        position += count
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.maximumDepth else { throw failure("nested too deep") }
        position += 1
        skipSpace()
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var result = JSONObject()
        if take(UInt8(ascii: "}")) { return result }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a key") }
            let key = try string()
            guard result[key] == nil else { throw failure("repeated key") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected a colon") }
            result[key] = try value()
            skipSpace()
            if take(UInt8(ascii: "}")) { return result }
            guard take(UInt8(ascii: ",")) else { throw failure("expected a comma or the end of the object") }
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var result: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return result }
        while true {
            result.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return result }
            guard take(UInt8(ascii: ",")) else { throw failure("expected a comma or the end of the array") }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
                position += 1
            }
            text += bytes[start..<position]
            switch current {
            case UInt8(ascii: "\""):
                position += 1
                guard let result = String(validating: text, as: UTF8.self) else { throw failure("invalid UTF-8") }
                return result
            case UInt8(ascii: "\\"):
                position += 1
                text += try escape()
            case nil: throw failure("unexpected end")
            default: throw failure("control character in a string")
            }
        }
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte = current else { throw failure("unexpected end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape())).utf8)
        default: throw failure("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let rewind = position
        if UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try fourHexDigits()
            if UTF16.isTrailSurrogate(second) { return UTF16.decode(UTF16.EncodedScalar([first, second])) }
        }
        guard limits.replacesLoneSurrogates else { throw failure("lone surrogate") }
        position = rewind
        return "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw failure("unexpected end") }
        var code: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("expected four hex digits")
            }
            code = code << 4 | UInt16(digit)
        }
        position += 4
        return code
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected a value") }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadingZero = current == UInt8(ascii: "0")
        let integerStart = position
        try digits()
        guard !leadingZero || position == integerStart + 1 else { throw failure("number with a leading zero") }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            if let number = Int64(text) { return .integer(number) }
            if let number = UInt64(text) { return .unsigned(number) }
            throw failure("integer beyond 64 bits")
        }
        guard let number = Double(text), number.isFinite else { throw failure("number out of range") }
        return .double(number)
    }
}

extension JSONValue {
    /// Reads one JSON value from untrusted bytes; repeated keys, trailing text and oversized numbers are refused.
    ///
    /// - Throws: ``JSONError`` with the place of the fault.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try JSONParser.parse(Array(bytes), limits: limits)
    }
}
