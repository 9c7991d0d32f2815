// SPDX-License-Identifier: Apache-2.0

/// Writes MessagePack as the SDKs do: integers in the shortest form, floating-point numbers in 64 bits, texts as `str`
/// and bytes as `bin`, map keys in their order (bitfount-protocol.md, 8.6).
public struct MessagePackEncoder: Sendable {
    private var bytes: [UInt8] = []

    private init() {}

    /// The bytes of a value. No part of it may have 2³² or more bytes or elements, which the format can't express.
    public static func encode(_ value: MessagePackValue) -> [UInt8] {
        var encoder = Self()
        encoder.write(value)
        return encoder.bytes
    }

    private mutating func write(_ value: MessagePackValue) {
        switch value {
        case .null: bytes.append(Marker.null)
        case .bool(let value): bytes.append(value ? Marker.true : Marker.false)
        case .int(let value): write(value)
        case .uint(let value): write(value)
        case .double(let value): write(Marker.float64, value.bitPattern)
        case .string(let value): write(value)
        case .binary(let value):
            writeHeader(value.count, Marker.bin8, Marker.bin16, Marker.bin32)
            bytes += value
        case .array(let values):
            writeHeader(values.count, short: (Marker.fixarray, 15), nil, Marker.array16, Marker.array32)
            for value in values {
                write(value)
            }
        case .map(let map):
            writeHeader(map.count, short: (Marker.fixmap, 15), nil, Marker.map16, Marker.map32)
            for (key, value) in map {
                write(key)
                write(value)
            }
        case .ext(let type, let payload): write(payload, type: type)
        }
    }

    private mutating func write(_ value: Int64) {
        switch value {
        case 0...: write(UInt64(value))
        case (-32)...: bytes.append(UInt8(bitPattern: Int8(value)))
        case Int64(Int8.min)...: write(Marker.int8, Int8(value))
        case Int64(Int16.min)...: write(Marker.int16, Int16(value))
        case Int64(Int32.min)...: write(Marker.int32, Int32(value))
        default: write(Marker.int64, value)
        }
    }

    private mutating func write(_ value: UInt64) {
        switch value {
        case ...127: bytes.append(UInt8(value))
        case ...UInt64(UInt8.max): write(Marker.uint8, UInt8(value))
        case ...UInt64(UInt16.max): write(Marker.uint16, UInt16(value))
        case ...UInt64(UInt32.max): write(Marker.uint32, UInt32(value))
        default: write(Marker.uint64, value)
        }
    }

    private mutating func write(_ text: String) {
        writeHeader(text.utf8.count, short: (Marker.fixstr, 31), Marker.str8, Marker.str16, Marker.str32)
        bytes += text.utf8
    }

    private mutating func write(_ payload: [UInt8], type: Int8) {
        switch payload.count {
        case 1: bytes.append(Marker.fixext1)
        case 2: bytes.append(Marker.fixext2)
        case 4: bytes.append(Marker.fixext4)
        case 8: bytes.append(Marker.fixext8)
        case 16: bytes.append(Marker.fixext16)
        default: writeHeader(payload.count, Marker.ext8, Marker.ext16, Marker.ext32)
        }
        bytes.append(UInt8(bitPattern: type))
        bytes += payload
    }

    /// A count in the shortest header: inside the marker up to `short`'s maximum, else in 8, 16 or 32 bits after it.
    private mutating func writeHeader(
        _ count: Int,
        short: (marker: UInt8, maximum: Int) = (0, -1),
        _ marker8: UInt8?,
        _ marker16: UInt8,
        _ marker32: UInt8
    ) {
        if count <= short.maximum {
            bytes.append(short.marker | UInt8(count))
        } else if let marker8, count <= UInt8.max {
            write(marker8, UInt8(count))
        } else if count <= UInt16.max {
            write(marker16, UInt16(count))
        } else {
            write(marker32, UInt32(count))
        }
    }

    private mutating func write(_ marker: UInt8, _ number: some FixedWidthInteger) {
        bytes.append(marker)
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}
