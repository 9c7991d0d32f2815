// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Timekeeping

/// The dates of HTTP (RFC 9110, section 5.6.7), in all three of their forms.
public enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    /// The day of the week isn't looked at. `nil` for anything else.
    public static func parse(_ text: String) -> Date? {
        guard text.utf8.count <= 40, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch words.count {
        case 6:
            guard words[0].hasSuffix(","), words[5] == "GMT", words[3].utf8.count == 4 else { return nil }
            return date(day: words[1], month: words[2], year: number(words[3]), time: words[4])
        case 4:
            let parts = words[1].split(separator: "-").map(String.init)
            guard words[0].hasSuffix(","), words[3] == "GMT", parts.count == 3, parts[2].utf8.count == 2 else {
                return nil
            }
            // Two digits: RFC 6265 and curl read 70 to 99 as the last century too.
            let year = number(parts[2]).map { $0 + ($0 < 70 ? 2000 : 1900) }
            return date(day: parts[0], month: parts[1], year: year, time: words[2])
        case 5:
            guard words[4].utf8.count == 4 else { return nil }
            return date(day: words[2], month: words[1], year: number(words[4]), time: words[3])
        default:
            return nil
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func date(day: String, month: String, year: Int?, time: String) -> Date? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard let day = number(day), let month = months.firstIndex(of: month), let year, year >= 1970,
            let date = CivilDate(year: year, month: month + 1, day: day),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60  // 60: a leap second
        else { return nil }
        let days = date.daysSince1970
        return Date(timeIntervalSince1970: TimeInterval(((days * 24 + hour) * 60 + minute) * 60 + second))
    }

    /// One to four digits.
    private static func number(_ text: String) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
