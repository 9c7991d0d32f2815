/// Finds out which fields a type reads, by letting it read a row that has every field.
enum FieldProbe {
    /// The wire names of the fields, in their order.
    static func fields<Value: Decodable>(of type: Value.Type) -> [String] {
        let names = Names()
        // What is read from the row does not matter, nor whether it fits.
        _ = try? Value(from: Reader(names: names))
        return names.found
    }

    /// Used by one call, on one thread.
    private final class Names {
        var found: [String] = []
    }

    private struct Reader: Decoder {
        let names: Names
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
            KeyedDecodingContainer(Fields<Key>(names: names))
        }
        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unreadable() }
        func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unreadable() }
    }

    private struct Unreadable: Error {}

    /// Every optional field is absent, every other one has a value that any type of the models takes.
    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let names: Names
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool {
            names.found.append(FieldNaming.wireName(ofProperty: key.stringValue))
            return false
        }
        func decodeNil(forKey key: Key) -> Bool { true }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            names.found.append(FieldNaming.wireName(ofProperty: key.stringValue))
            for candidate in [JSONValue.string("00000000-0000-0000-0000-000000000000"), false, 0, [], [:]] {
                if let value = try? RecordDecoder.decode(type, from: candidate) { return value }
            }
            throw Unreadable()
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw Unreadable() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Unreadable() }
        func superDecoder() throws -> any Decoder { throw Unreadable() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Unreadable() }
    }
}
