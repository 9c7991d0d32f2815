// SPDX-License-Identifier: Apache-2.0

extension MessagePackValue: ExpressibleByNilLiteral {
    /// Nil.
    public init(nilLiteral: ()) { self = .null }
}

extension MessagePackValue: ExpressibleByBooleanLiteral {
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension MessagePackValue: ExpressibleByIntegerLiteral {
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
}

extension MessagePackValue: ExpressibleByFloatLiteral {
    /// A floating-point number.
    public init(floatLiteral value: Double) { self = .double(value) }
}

extension MessagePackValue: ExpressibleByStringLiteral {
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension MessagePackValue: ExpressibleByArrayLiteral {
    /// Values in order.
    public init(arrayLiteral elements: MessagePackValue...) { self = .array(elements) }
}

extension MessagePackValue: ExpressibleByDictionaryLiteral {
    /// Values by key, in the order written.
    public init(dictionaryLiteral elements: (String, MessagePackValue)...) {
        self = .map(MessagePackMap(elements))
    }
}
