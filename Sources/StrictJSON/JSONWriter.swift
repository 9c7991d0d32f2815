// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// Writes compact JSON in UTF-8, as Python's `json` would but for white space and non-ASCII characters, which stay as they are.
struct JSONWriter {
    let keyOrder: JSONKeyOrder
    let maximumBytes: Int
    private(set) var bytes: [UInt8] = []

    init(keyOrder: JSONKeyOrder, maximumBytes: Int) {
        self.keyOrder = keyOrder
        self.maximumBytes = maximumBytes
    }

    mutating func write(_ value: JSONValue) throws(JSONError) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let truth): bytes += (truth ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .unsigned(let number): bytes += String(number).utf8
        case .double(let number):
            guard number.isFinite else { throw JSONError(.notExpressible, "a number is not finite") }
            bytes += PythonNumber.text(number).utf8
        case .string(let text): write(text)
        case .array(let elements): try write(elements)
        case .object(let object): try write(object)
        }
        guard bytes.count <= maximumBytes else { throw JSONError(.tooLarge, "the text is too long") }
    }

    private mutating func write(_ elements: [JSONValue]) throws(JSONError) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            try write(element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) throws(JSONError) {
        var members = Array(object)
        if keyOrder == .sorted { members.sort { ExactText($0.key) < ExactText($1.key) } }
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            try write(member.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ text: String) {
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

/// In which order the keys of objects are written.
public enum JSONKeyOrder: Sendable {
    /// As they came.
    case kept
    /// By their UTF-8 bytes.
    case sorted
}

extension JSONValue {
    /// This value as compact JSON.
    ///
    /// - Parameters:
    ///   - keyOrder: As they came, unless told otherwise.
    ///   - maximumBytes: The longest text; no limit unless told otherwise.
    /// - Throws: ``JSONError`` for a number that is not finite, and when the text would be too long.
    public func serialized(keyOrder: JSONKeyOrder = .kept, maximumBytes: Int = .max) throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(keyOrder: keyOrder, maximumBytes: maximumBytes)
        try writer.write(self)
        return writer.bytes
    }
}
