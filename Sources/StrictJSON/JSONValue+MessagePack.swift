// SPDX-License-Identifier: Apache-2.0

public import MessagePack

extension JSONValue {
    /// The JSON form of a MessagePack value, numbers and key order kept.
    ///
    /// - Throws: ``JSONError`` for what JSON cannot express: binary data, extension types, numbers not finite.
    public init(_ value: MessagePackValue) throws(JSONError) {
        switch value {
        case .null: self = .null
        case .bool(let truth): self = .bool(truth)
        case .int(let number): self = .integer(number)
        case .uint(let number): self = .unsigned(number)
        case .double(let number):
            guard number.isFinite else { throw JSONError(.notExpressible, "a number is not finite") }
            self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements):
            var converted: [JSONValue] = []
            for element in elements { converted.append(try JSONValue(element)) }
            self = .array(converted)
        case .map(let map): self = .object(try JSONObject(map))
        case .binary, .ext:
            throw JSONError(.notExpressible, "binary data has no JSON form")
        }
    }
}

extension JSONObject {
    /// The JSON form of a MessagePack map, such as a modeller's SAML response.
    ///
    /// - Throws: ``JSONError`` for what JSON cannot express.
    public init(_ map: MessagePackMap) throws(JSONError) {
        self.init()
        for (key, value) in map { self[key] = try JSONValue(value) }
    }
}

extension MessagePackValue {
    /// The MessagePack form of a JSON value, numbers and key order kept.
    public init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let truth): self = .bool(truth)
        case .integer(let number): self = .int(number)
        case .unsigned(let number): self = .uint(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(MessagePackValue.init))
        case .object(let object):
            var map = MessagePackMap()
            for (key, member) in object { map[key] = MessagePackValue(member) }
            self = .map(map)
        }
    }
}
