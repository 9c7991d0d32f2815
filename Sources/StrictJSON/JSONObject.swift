// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// The members of a JSON object in the order in which they were written. Equality and hash ignore the order.
public struct JSONObject: Sendable {
    private var order: [ExactText] = []
    private var values: [ExactText: JSONValue] = [:]

    /// An object without members.
    public init() {}

    /// An object of these members; of a repeated key the last value counts, at the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The keys in order. Keys that differ in their bytes are different keys.
    public var keys: [String] { order.map(\.text) }

    /// The number of members.
    public var count: Int { order.count }
    /// Whether there is no member.
    public var isEmpty: Bool { order.isEmpty }

    /// The value of a key. Setting a new key appends it, setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { values[ExactText(key)] }
        set {
            let key = ExactText(key)
            guard let newValue else {
                if values.removeValue(forKey: key) != nil { order.removeAll { $0 == key } }
                return
            }
            if values.updateValue(newValue, forKey: key) == nil { order.append(key) }
        }
    }

    /// Removes a member.
    ///
    /// - Returns: Its value; nil if there was none.
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        defer { self[key] = nil }
        return self[key]
    }
}

extension JSONObject: Sequence {
    /// The members in order.
    public func makeIterator() -> some IteratorProtocol<(key: String, value: JSONValue)> {
        order.lazy.map { (key: $0.text, value: values[$0] ?? .null) }.makeIterator()
    }
}

extension JSONObject: Hashable {
    /// Whether both have the same keys with equal values, in any order.
    public static func == (left: Self, right: Self) -> Bool { left.values == right.values }
    /// Feeds keys and values to the hasher, whatever their order.
    public func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object of these members, in this order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
