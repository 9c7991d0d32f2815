// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A word out of a list that a newer Hub may have made longer: an unknown word is kept, never an error.
public protocol OpenEnum: RawRepresentable<String>, Hashable, Sendable, Codable, FilterValue,
    CustomStringConvertible
{
    /// The words that this version of the client knows.
    static var known: [Self] { get }
    /// Takes any word.
    init(rawValue: String)
}

extension OpenEnum {
    /// Whether this version of the client knows the word. What is decided on an unknown one must be decided safely.
    public var isKnown: Bool { Self.known.contains(self) }
    /// The word, as a value of a filter.
    public var filterValue: JSONValue { .string(rawValue) }
    /// The word as it goes over the wire.
    public var description: String { rawValue }
}
