// SPDX-License-Identifier: Apache-2.0

/// A MessagePack value.
///
/// Two values are equal when a peer could not tell them apart by their type and content: texts are compared by
/// their UTF-8 bytes, not by Unicode equivalence as `String` does, so that "\u{212A}" (Kelvin sign) is not "K".
/// Maps are equal whatever the order of their keys. Integers and floating-point numbers are never equal.
public enum MessagePackValue: Sendable {
    /// Nil.
    case null
    /// A truth value.
    case bool(Bool)
    /// An integer that fits in 64 signed bits.
    case int(Int64)
    /// An integer above `Int64.max`. Smaller ones are ``int(_:)``: the decoder makes no others.
    case uint(UInt64)
    /// A floating-point number. Written as 64 bits, read from 32 or 64.
    case double(Double)
    /// A text.
    case string(String)
    /// Bytes.
    case binary([UInt8])
    /// Values in order.
    case array([MessagePackValue])
    /// Values by key.
    case map(MessagePackMap)
    /// An application's own type: its number and its bytes.
    case ext(Int8, [UInt8])
}

extension MessagePackValue {
    /// The truth value, or `nil` for any other type.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The integer, or `nil` for any other type and for integers above `Int64.max`.
    public var intValue: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    /// The floating-point number, or `nil` for any other type; integers are not converted.
    public var doubleValue: Double? {
        if case .double(let value) = self { value } else { nil }
    }

    /// The text, or `nil` for any other type; bytes are not converted.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The bytes, or `nil` for any other type; texts are not converted.
    public var binaryValue: [UInt8]? {
        if case .binary(let value) = self { value } else { nil }
    }

    /// The elements, or `nil` for any other type.
    public var arrayValue: [MessagePackValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The map, or `nil` for any other type.
    public var mapValue: MessagePackMap? {
        if case .map(let value) = self { value } else { nil }
    }

    /// Whether this is nil.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }
}
