// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Timekeeping

/// An instant as a server wrote it: ISO 8601, in UTC, with milliseconds, such as `2026-08-20T14:58:48.000Z`.
///
/// The text is kept, because watermarks and comparisons use the server's own values only (flame-hub.md, 6.9).
public struct HubTimestamp: Hashable, Sendable {
    /// What the server wrote.
    public let text: String
    /// The instant that it names.
    public let date: Date

    /// Reads a text; `nil` if it is not an ISO 8601 date and time with a zone.
    public init?(_ text: String) {
        guard let date = ISO8601.date(text) else { return nil }
        self.text = text
        self.date = date
    }

    /// The instant, written as the Hub writes it, to the millisecond.
    public init(_ date: Date) {
        let milliseconds = ISO8601.milliseconds(of: date)
        self.date = ISO8601.date(milliseconds: milliseconds)
        self.text = ISO8601.text(milliseconds: milliseconds)
    }
}

extension HubTimestamp: Comparable {
    /// Orders timestamps by the instants that they name.
    public static func < (first: Self, second: Self) -> Bool { first.date < second.date }
    /// Two timestamps are equal if they name the same instant.
    public static func == (first: Self, second: Self) -> Bool { first.date == second.date }
    /// Hashes the instant.
    public func hash(into hasher: inout Hasher) { hasher.combine(date) }
}

extension HubTimestamp: CustomStringConvertible {
    /// What the server wrote.
    public var description: String { text }
}

extension HubTimestamp: Codable {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The text is not a timestamp.")
        }
        self = timestamp
    }

    /// Writes the text as it came.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
