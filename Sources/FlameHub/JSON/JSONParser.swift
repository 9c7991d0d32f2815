import Foundation

/// Reads one JSON value (RFC 8259) from foreign bytes.
///
/// Foundation's decoder is not used for rows, because it can't tell `1` from `1.0` or hand out a row together with
/// its unknown fields without decoding twice.
struct JSONParser: ~Copyable {
    /// Lists and objects may be nested this deep; the deepest genuine reply, a list's schema, needs about twelve.
    static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    /// Reads exactly one value; only white space may follow.
    static func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.fault(.unexpectedByte) }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func fault(_ code: JSONFault.Code) -> JSONFault {
        JSONFault(code: code == .unexpectedByte && position == bytes.count ? .truncated : code, offset: position)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: Unicode.Scalar) throws(JSONFault) {
        guard take(byte) else { throw fault(.unexpectedByte) }
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw fault(.unexpectedByte) }
            position += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        guard depth <= Self.maximumDepth else { throw fault(.tooDeep) }
        position += 1
        var fields = JSONObject()
        skipSpace()
        if take("}") { return fields }
        repeat {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
            let key = try string()
            skipSpace()
            try expect(":")
            guard fields.updateValue(try value(depth: depth), forKey: key) == nil else {
                throw JSONFault(code: .duplicateKey, offset: start)
            }
            skipSpace()
        } while take(",")
        try expect("}")
        return fields
    }

    private mutating func array(depth: Int) throws(JSONFault) -> [JSONValue] {
        guard depth <= Self.maximumDepth else { throw fault(.tooDeep) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return elements }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(",")
        try expect("]")
        return elements
    }

    // MARK: Numbers

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = position
        var isWhole = true
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") {
            isWhole = false
            try digits()
        }
        if take("e") || take("E") {
            isWhole = false
            _ = take("+") || take("-")
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw fault(.numberOutOfRange) }
        return .number(value)
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw fault(.unexpectedByte) }
    }

    // MARK: Texts

    private mutating func string() throws(JSONFault) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        var text = try decodedText(from: start)
        while !take("\"") {
            guard current == UInt8(ascii: "\\") else { throw fault(.unexpectedByte) }
            text.unicodeScalars.append(contentsOf: try escape())
            let run = position
            while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
                position += 1
            }
            text += try decodedText(from: run)
        }
        return text
    }

    private func decodedText(from start: Int) throws(JSONFault) -> String {
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw JSONFault(code: .invalidText, offset: start)
        }
        return text
    }

    private mutating func escape() throws(JSONFault) -> [Unicode.Scalar] {
        position += 1
        guard let byte = current else { throw fault(.unexpectedByte) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [Unicode.Scalar(byte)]
        case UInt8(ascii: "b"): return ["\u{08}"]
        case UInt8(ascii: "f"): return ["\u{0C}"]
        case UInt8(ascii: "n"): return ["\n"]
        case UInt8(ascii: "r"): return ["\r"]
        case UInt8(ascii: "t"): return ["\t"]
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw JSONFault(code: .invalidText, offset: position - 1)
        }
    }

    /// A JavaScript server may escape half a surrogate pair; it becomes U+FFFD, so that one odd log line does not
    /// cost a whole page.
    private mutating func unicodeEscape() throws(JSONFault) -> [Unicode.Scalar] {
        let first = try hexUnit()
        guard UTF16.isLeadSurrogate(first) else { return [Unicode.Scalar(first) ?? "\u{FFFD}"] }
        let rewind = position
        guard take("\\"), take("u") else {
            position = rewind
            return ["\u{FFFD}"]
        }
        let second = try hexUnit()
        guard UTF16.isTrailSurrogate(second) else {
            position = rewind
            return ["\u{FFFD}"]
        }
        return [UTF16.decode(UTF16.EncodedScalar([first, second]))]
    }

    private mutating func hexUnit() throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw fault(.unexpectedByte) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault(.invalidText) }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
