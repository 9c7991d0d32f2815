/// Writes compact JSON in UTF-8, keys in the order of the object.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// - Throws: `invalidArgument` for a number that JSON cannot express (NaN or an infinity).
    mutating func write(_ value: JSONValue) throws(BitfountError) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let truth): bytes += (truth ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .unsigned(let number): bytes += String(number).utf8
        case .double(let number):
            guard number.isFinite else { throw BitfountError(.invalidArgument, "A number is not finite") }
            bytes += number.description.utf8
        case .string(let text): write(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(member.key)
                bytes.append(UInt8(ascii: ":"))
                try write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Writes a string with its quotes.
    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0..<0x20:
                bytes += (byte < 0x10 ? "\\u000" : "\\u00").utf8
                bytes += String(byte, radix: 16).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONValue {
    /// Reads one JSON value from untrusted bytes; repeated keys, trailing text and oversized numbers are refused.
    ///
    /// - Throws: `malformedResponse`, with the byte offset in `underlying`.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(BitfountError) {
        do throws(JSONParser.Failure) {
            self = try JSONParser.parse(Array(bytes), limits: limits)
        } catch {
            throw BitfountError(.malformedResponse, "The text is not valid JSON", underlying: error)
        }
    }

    /// This value as compact JSON.
    ///
    /// - Throws: `invalidArgument` for a number that JSON cannot express (NaN or an infinity).
    public func serialized() throws(BitfountError) -> [UInt8] {
        var writer = JSONWriter()
        try writer.write(self)
        return writer.bytes
    }
}
