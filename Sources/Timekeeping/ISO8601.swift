// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Points in time as text, such as `2025-11-22T03:00:00.123Z`.
///
/// Written by hand because most such text is foreign and there is one in every row and entry: no locale, no regular
/// expression, one pass.
public enum ISO8601 {
    /// What a text without a zone means.
    public enum MissingZone: Sendable {
        /// It is refused.
        case refused
        /// Its time is UTC.
        case utc
    }

    /// Longer texts are refused unread; the longest form that peers write has 32 bytes.
    public static let maximumBytes = 64

    // MARK: Reading

    /// The moment that a text names: calendar date, `T` or a space, time of day with any number of decimals, and `Z` or an
    /// offset. A leap second counts as the first second of the next minute.
    ///
    /// - Returns: `nil` for anything else, such as the 30th of February or the year 0.
    public static func date(_ text: String, missingZone: MissingZone = .refused) -> Date? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count <= maximumBytes else { return nil }
            var reader = Reader(bytes)
            guard let day = reader.day(), reader.take("T") || reader.take(" "), let time = reader.timeOfDay() else {
                return nil
            }
            let fraction = reader.take(".") ? reader.fraction() : 0
            let offset = reader.isAtEnd ? (missingZone == .utc ? 0 : nil) : reader.offset()
            guard let fraction, let offset, reader.isAtEnd else { return nil }
            return Date(timeIntervalSince1970: Double(day * 86_400 + time - offset) + fraction)
        }
    }

    /// The milliseconds since 1970 of a text as ``text(milliseconds:)`` writes it; `nil` for any other form.
    public static func milliseconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { milliseconds(UnsafeRawBufferPointer($0)) }
    }

    /// The milliseconds since 1970 of the bytes of a text as ``text(milliseconds:)`` writes it; `nil` for any other form.
    public static func milliseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count == canonicalBytes else { return nil }
        return bytes.withMemoryRebound(to: UInt8.self) { bytes in
            var reader = Reader(bytes)
            guard let day = reader.day(firstYear: 0), reader.take("T"), let time = reader.timeOfDay(lastSecond: 59),
                reader.take("."), let millisecond = reader.number(digits: 3), reader.take("Z")
            else { return nil }
            return Int64(day * 86_400 + time) * 1_000 + Int64(millisecond)
        }
    }

    // MARK: Writing

    /// Milliseconds since 1970, kept within the years 0 to 9999.
    ///
    /// Rounded to the nearest, so that a date made from whole milliseconds gives the same number again.
    public static func milliseconds(of date: Date) -> Int64 {
        let value = (date.timeIntervalSince1970 * 1_000).rounded()
        guard value > Double(range.lowerBound) else { return range.lowerBound }
        guard value < Double(range.upperBound) else { return range.upperBound }
        return Int64(value)
    }

    /// The moment that many milliseconds after 1970.
    public static func date(milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }

    /// UTC to the millisecond, always 24 characters, such as `2025-11-22T03:00:00.123Z`.
    public static func text(_ date: Date) -> String {
        text(milliseconds: milliseconds(of: date))
    }

    /// UTC, always 24 characters, such as `2025-11-22T03:00:00.123Z`. Years before 0 and after 9999 don't fit and become
    /// those.
    public static func text(milliseconds: Int64) -> String {
        let sinceYear0 = Int(min(max(milliseconds, range.lowerBound), range.upperBound) - range.lowerBound)
        let (day, inDay) = sinceYear0.quotientAndRemainder(dividingBy: 86_400_000)
        let date = CivilDate(daysSince1970: day + Int(range.lowerBound / 86_400_000))
        let parts: [(value: Int, width: Int, end: UInt8)] = [
            (date.year, 4, UInt8(ascii: "-")), (date.month, 2, UInt8(ascii: "-")), (date.day, 2, UInt8(ascii: "T")),
            (inDay / 3_600_000, 2, UInt8(ascii: ":")), (inDay / 60_000 % 60, 2, UInt8(ascii: ":")),
            (inDay / 1_000 % 60, 2, UInt8(ascii: ".")), (inDay % 1_000, 3, UInt8(ascii: "Z")),
        ]
        return String(unsafeUninitializedCapacity: canonicalBytes) { bytes in
            var position = 0
            for part in parts {
                var rest = part.value
                for index in (position..<position + part.width).reversed() {
                    bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                bytes[position + part.width] = part.end
                position += part.width + 1
            }
            return position
        }
    }

    private static let canonicalBytes = 24
    /// The years 0 to 9999, which fit four digits.
    private static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
}

/// A cursor over ASCII digits and separators.
private struct Reader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// Steps over a character if it comes next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Days since 1970.
    mutating func day(firstYear: Int = 1) -> Int? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), year >= firstYear
        else { return nil }
        return CivilDate(year: year, month: month, day: day)?.daysSince1970
    }

    /// Seconds since midnight.
    mutating func timeOfDay(lastSecond: Int = 60) -> Int? {
        guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2), take(":"),
            let second = number(digits: 2), hour <= 23, minute <= 59, second <= lastSecond
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// Seconds east of UTC: `Z`, or a sign and hours, which minutes may follow.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(digits: 2), hours <= 23 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(":")
            guard let given = number(digits: 2), given <= 59 else { return nil }
            minutes = given
        }
        return (hours * 60 + minutes) * (isEast ? 60 : -60)
    }

    /// As many digits as follow, read as decimals; `nil` if there is none.
    mutating func fraction() -> Double? {
        var (value, scale) = (0.0, 1.0)
        let start = position
        while let digit = digit() {
            // A double holds no more digits than these exactly, and a date fewer still.
            guard position - start <= 15 else { continue }
            value = value * 10 + Double(digit)
            scale *= 10
        }
        return position > start ? value / scale : nil
    }

    /// The next digits as a number, if there are that many.
    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int(bytes[position] - UInt8(ascii: "0"))
    }
}
