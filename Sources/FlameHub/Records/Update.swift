// SPDX-License-Identifier: Apache-2.0

/// What an update does with a field that may be null at the Hub (flame-hub.md, 4.1, "UNSET vs null").
///
/// Fields that can't be null at the Hub are plain optionals instead: there `nil` leaves the field unchanged.
public enum Update<Value> {
    /// The key is left out, the field keeps its value.
    case unset
    /// The key is sent with null, the field is emptied.
    case null
    /// The field gets this value.
    case set(Value)
}

extension Update: Sendable where Value: Sendable {}
extension Update: Equatable where Value: Equatable {}

extension Update: Encodable where Value: Encodable {
    /// Writes the value, or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if case .set(let value) = self { try container.encode(value) } else { try container.encodeNil() }
    }
}

extension KeyedEncodingContainer {
    /// Leaves the key out if the field is unset. Synthesized encoding picks this overload.
    mutating func encode<Value: Encodable>(_ update: Update<Value>, forKey key: Key) throws {
        switch update {
        case .unset: break
        case .null: try encodeNil(forKey: key)
        case .set(let value): try encode(value, forKey: key)
        }
    }
}
