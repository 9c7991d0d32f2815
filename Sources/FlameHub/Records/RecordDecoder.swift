// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Decodes a model from a row in its newest spelling.
///
/// A row that does not fit its model throws a `DecodingError` that names the field; the row itself is kept by the
/// caller (flame-hub.md, 4.1, "Decoding policy").
struct RecordDecoder: Decoder {
    /// The way to a value. It is only spelled out when something does not fit.
    indirect enum Path {
        case root
        case field(any CodingKey, of: Path)

        var keys: [any CodingKey] {
            switch self {
            case .root: []
            case .field(let key, let path): path.keys + [key]
            }
        }
    }

    let value: JSONValue
    var path = Path.root
    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
        try RecordDecoder(value: value).unbox(type)
    }

    func unbox<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let value = value as? Value { return value }
        return try type.init(from: self)
    }

    func at(_ value: JSONValue, _ key: any CodingKey) -> RecordDecoder {
        RecordDecoder(value: value, path: .field(key, of: path))
    }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let fields = value.objectValue else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(FieldContainer(decoder: self, fields: fields))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.arrayValue else { throw mismatch([Any].self) }
        return ElementContainer(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// The message says the kind of the value, never the value: it may be a secret.
    func mismatch(_ expected: Any.Type) -> DecodingError {
        .typeMismatch(
            expected,
            .init(codingPath: codingPath, debugDescription: "The field holds \(value.kind), not \(expected).")
        )
    }
}

extension RecordDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool { try found(value.boolValue) }
    func decode(_ type: String.Type) throws -> String { try found(value.stringValue) }
    func decode(_ type: Double.Type) throws -> Double { try found(value.numberValue) }
    func decode(_ type: Float.Type) throws -> Float { try found(value.numberValue.map(Float.init)) }
    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try unbox(type) }

    private func found<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw mismatch(Value.self) }
        return value
    }

    private func integer<Value: FixedWidthInteger>() throws -> Value {
        try found(value.integerValue.flatMap(Value.init(exactly:)))
    }
}
