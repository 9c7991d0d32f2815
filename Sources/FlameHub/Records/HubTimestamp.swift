import Foundation

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
        guard let date = Self.date(of: Array(text.utf8)) else { return nil }
        self.text = text
        self.date = date
    }

    /// The instant, written as the Hub writes it, to the millisecond.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        self.date = Date(timeIntervalSince1970: milliseconds / 1000)
        // The formatter cuts what is behind the third digit, and a date can't hold most milliseconds exactly.
        let middle = Date(timeIntervalSince1970: (milliseconds + 0.5) / 1000)
        self.text = middle.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Foundation's parser costs more than the rest of a row together, hence this one.
    private static func date(of text: [UInt8]) -> Date? {
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= text.count else { return nil }
            return text[start..<start + count].reduce(Optional(0)) { value, byte in
                guard let value, byte >= 0x30, byte <= 0x39 else { return nil }
                return value * 10 + Int(byte - 0x30)
            }
        }
        func has(_ character: Character, at index: Int) -> Bool {
            index < text.count && text[index] == character.asciiValue
        }
        guard let year = number(0, 4), has("-", at: 4), let month = number(5, 2), has("-", at: 7),
            let day = number(8, 2), has("T", at: 10) || has(" ", at: 10), let hour = number(11, 2), has(":", at: 13),
            let minute = number(14, 2), has(":", at: 16), let second = number(17, 2),
            1...12 ~= month, 1...31 ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
        else { return nil }

        var index = 19
        var fraction = 0.0
        if has(".", at: index) {
            index += 1
            var scale = 0.1
            let start = index
            while let digit = number(index, 1) {
                fraction += Double(digit) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        var offset = 0
        if has("Z", at: index) {
            index += 1
        } else {
            guard has("+", at: index) || has("-", at: index), let hours = number(index + 1, 2),
                has(":", at: index + 3), let minutes = number(index + 4, 2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (has("-", at: index) ? -60 : 60)
            index += 6
        }
        guard index == text.count else { return nil }
        let seconds = daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// Days of the proleptic Gregorian calendar, counted in years that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let month = month > 2 ? month - 3 : month + 9
        let leapDays = year / 4 - year / 100 + year / 400
        return year * 365 + leapDays + (month * 153 + 2) / 5 + day - 719_469
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
