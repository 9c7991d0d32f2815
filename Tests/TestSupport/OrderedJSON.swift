// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import MessagePack

/// Reads the JSON of the fixtures as MessagePack values, keeping the order of keys and the difference between 1 and 1.0,
/// which `JSONDecoder` does not. It understands the fixtures' `{"$b64": …}` and `{"$int": …}`.
public struct OrderedJSON {
    /// The text is not JSON.
    public struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0

    /// The value of one JSON document.
    public static func parse(_ data: Data) throws -> MessagePackValue {
        var parser = Self(bytes: Array(data))
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw Malformed() }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value() throws -> MessagePackValue {
        skipSpace()
        guard position < bytes.count else { throw Malformed() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try text())
        default: return try word()
        }
    }

    private mutating func object() throws -> MessagePackValue {
        var map = MessagePackMap()
        position += 1
        while try !ends(with: "}", first: map.isEmpty) {
            skipSpace()
            let key = try text()
            try expect(":")
            map[key] = try value()
        }
        if map.count == 1, let base64 = map["$b64"]?.stringValue {
            guard let data = Data(base64Encoded: base64) else { throw Malformed() }
            return .binary(Array(data))
        }
        if map.count == 1, let digits = map["$int"]?.stringValue {
            return try number(digits)
        }
        return .map(map)
    }

    private mutating func array() throws -> MessagePackValue {
        var values: [MessagePackValue] = []
        position += 1
        while try !ends(with: "]", first: values.isEmpty) {
            values.append(try value())
        }
        return .array(values)
    }

    /// Whether the collection ends here; otherwise consumes the comma before the next element.
    private mutating func ends(with close: Unicode.Scalar, first: Bool) throws -> Bool {
        skipSpace()
        guard position < bytes.count else { throw Malformed() }
        if bytes[position] == UInt8(ascii: close) {
            position += 1
            return true
        }
        if !first { try expect(",") }
        return false
    }

    /// A string, unescaped by Foundation.
    private mutating func text() throws -> String {
        let start = position
        try expect("\"")
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        try expect("\"")
        return try JSONDecoder().decode(String.self, from: Data(bytes[start..<position]))
    }

    private mutating func word() throws -> MessagePackValue {
        let start = position
        while position < bytes.count, !" \n\r\t,]}".utf8.contains(bytes[position]) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return try number(word)
        }
    }

    private func number(_ digits: String) throws -> MessagePackValue {
        if let value = Int64(digits) { return .int(value) }
        if let value = UInt64(digits) { return .uint(value) }
        guard let value = Double(digits) else { throw Malformed() }
        return .double(value)
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { throw Malformed() }
        position += 1
    }

    private mutating func skipSpace() {
        while position < bytes.count, " \n\r\t".utf8.contains(bytes[position]) { position += 1 }
    }
}
