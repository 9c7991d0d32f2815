import MessagePack

/// Writes MessagePack values as the JSON that Python's `json` would make of them, apart from white space and from
/// non-ASCII characters, which stay as they are.
///
/// Foundation's encoder can't be used: it reorders keys and writes `1.0` as `1`.
struct JSONWriter {
    enum KeyOrder {
        /// As they came.
        case kept
        /// By their UTF-8 bytes.
        case sorted
    }

    private let keyOrder: KeyOrder
    private let maximumBytes: Int
    private var output: [UInt8] = []

    /// The JSON of a value.
    ///
    /// - Throws: ``TaskFormatError`` for a value that JSON can't hold, and when the output would be too long.
    static func write(
        _ value: MessagePackValue,
        keyOrder: KeyOrder,
        maximumBytes: Int
    ) throws(TaskFormatError) -> [UInt8] {
        var writer = JSONWriter(keyOrder: keyOrder, maximumBytes: maximumBytes)
        try writer.append(value)
        return writer.output
    }

    private init(keyOrder: KeyOrder, maximumBytes: Int) {
        self.keyOrder = keyOrder
        self.maximumBytes = maximumBytes
    }

    private mutating func append(_ value: MessagePackValue) throws(TaskFormatError) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .int(let number): output += String(number).utf8
        case .uint(let number): output += String(number).utf8
        case .double(let number): output += try Self.text(of: number).utf8
        case .string(let text): append(text)
        case .array(let values): try append(values)
        case .map(let map): try append(map)
        case .binary, .ext: throw TaskFormatError(.noJSONForm, in: .protocolDocument)
        }
        guard output.count <= maximumBytes else { throw TaskFormatError(.tooLarge, in: .protocolDocument) }
    }

    private mutating func append(_ values: [MessagePackValue]) throws(TaskFormatError) {
        output.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            try append(value)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func append(_ map: MessagePackMap) throws(TaskFormatError) {
        var pairs = Array(map)
        if keyOrder == .sorted {
            pairs.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        output.append(UInt8(ascii: "{"))
        for (index, pair) in pairs.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(pair.key)
            output.append(UInt8(ascii: ":"))
            try append(pair.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func append(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x10: output += "\\u000\(String(byte, radix: 16))".utf8
            case 0x10..<0x20: output += "\\u00\(String(byte, radix: 16))".utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The shortest text that reads back as the same number, with a point or an exponent, as Python's `repr` gives it.
    ///
    /// Swift's own text is the same but for the whole numbers between 2⁵³ and 10¹⁶, where Swift changes over to
    /// exponents earlier.
    private static func text(of number: Double) throws(TaskFormatError) -> String {
        guard number.isFinite else { throw TaskFormatError(.noJSONForm, in: .protocolDocument) }
        if (0x1p53..<1e16).contains(number.magnitude) {
            return "\(Int64(number)).0"
        }
        return number.description
    }
}
