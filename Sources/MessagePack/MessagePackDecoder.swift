// SPDX-License-Identifier: Apache-2.0

/// Reads foreign MessagePack, and refuses whatever the SDKs or ``MessagePackLimits`` refuse
/// (bitfount-protocol.md, 8.6): trailing bytes, text that is not UTF-8, keys that are not text, keys that occur twice.
///
/// A header is believed only as far as there are bytes left for what it announces: nothing is allocated for a claim.
public struct MessagePackDecoder {
    private let bytes: [UInt8]
    private let limits: MessagePackLimits
    private var position = 0
    private var elements = 1

    private init(_ bytes: [UInt8], _ limits: MessagePackLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The one value that the bytes hold.
    ///
    /// - Throws: ``MessagePackError`` unless the bytes are exactly one acceptable value.
    public static func decode(
        _ bytes: [UInt8],
        limits: MessagePackLimits = MessagePackLimits()
    ) throws(MessagePackError) -> MessagePackValue {
        var decoder = Self(bytes, limits)
        guard bytes.count <= limits.maximumBytes else {
            throw decoder.failure(.limitExceeded, "The value is longer than \(limits.maximumBytes) bytes.")
        }
        let value = try decoder.readValue(depth: 0)
        guard decoder.position == bytes.count else {
            throw decoder.failure(.trailingBytes, "Bytes follow the value.")
        }
        return value
    }

    private var remaining: Int { bytes.count - position }

    private mutating func readValue(depth: Int) throws(MessagePackError) -> MessagePackValue {
        let marker = try readInteger(UInt8.self)
        switch marker {
        case Marker.positiveFixint: return .int(Int64(marker))
        case Marker.negativeFixint: return .int(Int64(Int8(bitPattern: marker)))
        case Marker.fixmap..<Marker.fixarray: return try readMap(Int(marker & 0x0F), depth: depth)
        case Marker.fixarray..<Marker.fixstr: return try readArray(Int(marker & 0x0F), depth: depth)
        case Marker.fixstr..<Marker.null: return .string(try readText(Int(marker & 0x1F)))
        case Marker.null: return .null
        case Marker.false: return .bool(false)
        case Marker.true: return .bool(true)
        case Marker.bin8...Marker.bin32: return .binary(try readBytes(readCount(width: marker - Marker.bin8)))
        case Marker.ext8...Marker.ext32: return try readExtension(readCount(width: marker - Marker.ext8))
        case Marker.fixext1...Marker.fixext16: return try readExtension(1 << Int(marker - Marker.fixext1))
        case Marker.str8...Marker.str32: return .string(try readText(readCount(width: marker - Marker.str8)))
        case Marker.array16: return try readArray(Int(readInteger(UInt16.self)), depth: depth)
        case Marker.array32: return try readArray(Int(readInteger(UInt32.self)), depth: depth)
        case Marker.map16: return try readMap(Int(readInteger(UInt16.self)), depth: depth)
        case Marker.map32: return try readMap(Int(readInteger(UInt32.self)), depth: depth)
        case Marker.reserved:
            position -= 1
            throw failure(.reservedByte, "A byte starts no value.")
        default: return try readNumber(marker)
        }
    }

    private mutating func readNumber(_ marker: UInt8) throws(MessagePackError) -> MessagePackValue {
        switch marker {
        case Marker.float32: return .double(Double(Float(bitPattern: try readInteger(UInt32.self))))
        case Marker.float64: return .double(Double(bitPattern: try readInteger(UInt64.self)))
        case Marker.uint8: return .int(Int64(try readInteger(UInt8.self)))
        case Marker.uint16: return .int(Int64(try readInteger(UInt16.self)))
        case Marker.uint32: return .int(Int64(try readInteger(UInt32.self)))
        case Marker.int8: return .int(Int64(try readInteger(Int8.self)))
        case Marker.int16: return .int(Int64(try readInteger(Int16.self)))
        case Marker.int32: return .int(Int64(try readInteger(Int32.self)))
        case Marker.int64: return .int(try readInteger(Int64.self))
        default:
            // Only uint64 is left.
            let value = try readInteger(UInt64.self)
            return Int64(exactly: value).map { .int($0) } ?? .uint(value)
        }
    }

    private mutating func readArray(_ count: Int, depth: Int) throws(MessagePackError) -> MessagePackValue {
        try enter(elements: count, depth: depth)
        var values: [MessagePackValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            values.append(try readValue(depth: depth + 1))
        }
        return .array(values)
    }

    private mutating func readMap(_ count: Int, depth: Int) throws(MessagePackError) -> MessagePackValue {
        try enter(elements: 2 * count, depth: depth)
        var map = MessagePackMap()
        map.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let key = try readKey()
            guard map.insert(try readValue(depth: depth + 1), forKey: key) else {
                throw failure(.duplicateKey, "A map has the same key twice.", at: start)
            }
        }
        return .map(map)
    }

    private mutating func readKey() throws(MessagePackError) -> String {
        let start = position
        let marker = try readInteger(UInt8.self)
        switch marker {
        case Marker.fixstr..<Marker.null: return try readText(Int(marker & 0x1F))
        case Marker.str8...Marker.str32: return try readText(readCount(width: marker - Marker.str8))
        default: throw failure(.keyNotText, "A map key is not text.", at: start)
        }
    }

    /// Charges the elements of an array or map before any of them is read or room is made for them.
    private mutating func enter(elements count: Int, depth: Int) throws(MessagePackError) {
        guard depth < limits.maximumDepth else {
            throw failure(.limitExceeded, "Values are nested more than \(limits.maximumDepth) deep.")
        }
        // Every element takes at least one byte.
        guard count <= remaining else {
            throw failure(.truncated, "An array or map announces more elements than there are bytes.")
        }
        elements += count
        guard elements <= limits.maximumElements else {
            throw failure(.limitExceeded, "There are more than \(limits.maximumElements) values.")
        }
    }

    private mutating func readExtension(_ count: Int) throws(MessagePackError) -> MessagePackValue {
        guard limits.allowsExtensions else {
            throw failure(.extensionRefused, "An extension type is not allowed here.")
        }
        let type = try readInteger(Int8.self)
        return .ext(type, try readBytes(count))
    }

    private mutating func readText(_ count: Int) throws(MessagePackError) -> String {
        let start = position
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw failure(.invalidText, "A text is not UTF-8.", at: start)
        }
        return text
    }

    private mutating func readBytes(_ count: Int) throws(MessagePackError) -> [UInt8] {
        Array(try take(count))
    }

    /// A length of 8, 16 or 32 bits, for the widths 0, 1 and 2.
    private mutating func readCount(width: UInt8) throws(MessagePackError) -> Int {
        switch width {
        case 0: Int(try readInteger(UInt8.self))
        case 1: Int(try readInteger(UInt16.self))
        default: Int(try readInteger(UInt32.self))
        }
    }

    private mutating func readInteger<Number: FixedWidthInteger>(
        _: Number.Type
    ) throws(MessagePackError) -> Number {
        try take(MemoryLayout<Number>.size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private mutating func take(_ count: Int) throws(MessagePackError) -> ArraySlice<UInt8> {
        guard count <= remaining else {
            throw failure(.truncated, "The bytes end before the value does.")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private func failure(_ code: MessagePackError.Code, _ message: String, at offset: Int? = nil) -> MessagePackError {
        MessagePackError(code: code, message: message, offset: offset ?? position)
    }
}
