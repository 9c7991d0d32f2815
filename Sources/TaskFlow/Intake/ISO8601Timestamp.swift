import Foundation

/// Reads points in time as peers write them: ISO 8601 calendar date and time of day, any number of fractional
/// digits, with `Z`, an offset, or neither; neither counts as UTC (bitfount-protocol.md, 7.7 and 9.8).
///
/// Written by hand because the text is foreign and read for every task: no locale, no regular expression, one pass.
enum ISO8601Timestamp {
    /// Longer texts are refused unread; the longest form that peers write has 32 characters.
    static let maximumBytes = 64

    /// The moment that `text` names, or `nil` if it isn't exactly one such moment.
    static func parse(_ text: String) -> Date? {
        guard text.utf8.count <= maximumBytes else { return nil }
        var scanner = DigitScanner(text)
        guard let day = day(&scanner), scanner.take("T") || scanner.take(" "),
            let time = timeOfDay(&scanner), let offset = offset(&scanner), scanner.isAtEnd
        else { return nil }
        return Date(timeIntervalSince1970: Double(day * 86_400 - offset) + time)
    }

    /// Days since 1970-01-01.
    private static func day(_ scanner: inout DigitScanner) -> Int? {
        guard let year = scanner.number(digits: 4), scanner.take("-"),
            let month = scanner.number(digits: 2), scanner.take("-"),
            let day = scanner.number(digits: 2),
            year >= 1, (1...12).contains(month)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        let past = year - 1
        let daysBeforeYear = past * 365 + past / 4 - past / 100 + past / 400
        let daysUntilUnixEpoch = 719_162
        return daysBeforeYear - daysUntilUnixEpoch + lengths[..<(month - 1)].reduce(0, +) + day - 1
    }

    /// Seconds since midnight; second 60 is a leap second and counts as the first of the next minute.
    private static func timeOfDay(_ scanner: inout DigitScanner) -> Double? {
        guard let hour = scanner.number(digits: 2), scanner.take(":"),
            let minute = scanner.number(digits: 2), scanner.take(":"),
            let second = scanner.number(digits: 2),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let whole = Double(hour * 3_600 + minute * 60 + second)
        guard scanner.take(".") else { return whole }
        guard let fraction = scanner.fraction() else { return nil }
        return whole + fraction
    }

    /// Seconds east of UTC; a text without offset counts as UTC.
    private static func offset(_ scanner: inout DigitScanner) -> Int? {
        if scanner.isAtEnd || scanner.take("Z") { return 0 }
        let isEast = scanner.take("+")
        guard isEast || scanner.take("-"), let hours = scanner.number(digits: 2), hours <= 23 else { return nil }
        var minutes = 0
        if !scanner.isAtEnd {
            _ = scanner.take(":")
            guard let given = scanner.number(digits: 2), given <= 59 else { return nil }
            minutes = given
        }
        let seconds = hours * 3_600 + minutes * 60
        return isEast ? seconds : -seconds
    }
}

/// A cursor over ASCII digits and separators.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// Steps over `character` if it comes next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let next = rest.first, UInt32(next) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    /// The next `digits` digits as a number, if there are that many.
    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = nextDigit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// All digits that follow, read as decimals; `nil` if there is none.
    mutating func fraction() -> Double? {
        var value = 0.0
        var place = 0.1
        guard let first = nextDigit() else { return nil }
        var digit: Int? = first
        while let next = digit {
            value += Double(next) * place
            place /= 10
            digit = nextDigit()
        }
        return value
    }

    private mutating func nextDigit() -> Int? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - UInt8(ascii: "0"))
    }
}
