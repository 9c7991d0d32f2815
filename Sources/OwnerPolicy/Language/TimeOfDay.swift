// SPDX-License-Identifier: Apache-2.0

import Foundation
import Timekeeping

/// A span of the day, by the clock on the wall: from a minute up to but not including another.
struct DaySpan: Sendable, Hashable {
    /// Minutes since midnight, 0 to 1,439.
    let start: Int
    /// Minutes since midnight, 1 to 1,440; smaller than the start if the span goes past midnight.
    let end: Int

    /// `08:00-18:00`, `22:00-06:00`; `24:00` is the end of the day. `nil` for anything else, and for a span without a minute.
    init?(_ text: String) {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, let start = Self.minutes(halves[0]), let end = Self.minutes(halves[1]),
            start < Self.minutesInDay, start != end, end > 0 || start > 0
        else { return nil }
        self.start = start
        self.end = end == 0 ? Self.minutesInDay : end
    }

    /// Whether a minute of the day is in it.
    func contains(_ minute: Int) -> Bool {
        start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }

    static let minutesInDay = 1_440

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension DaySpan: CustomStringConvertible {
    var description: String { "\(Self.text(start))-\(Self.text(end))" }

    static func text(_ minute: Int) -> String {
        let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// A day of the week, by its raw value in the policy file.
enum Weekday: String, Sendable, Hashable, CaseIterable {
    case monday = "monday"
    case tuesday = "tuesday"
    case wednesday = "wednesday"
    case thursday = "thursday"
    case friday = "friday"
    case saturday = "saturday"
    case sunday = "sunday"
}

/// What the calendar and the clock on the wall show at a place.
struct LocalTime: Sendable, Hashable {
    /// The day.
    let date: CivilDate
    /// The day of the week.
    let weekday: Weekday
    /// Minutes since midnight.
    let minute: Int

    init(_ moment: Date, in zone: TimeZone) {
        let seconds = Int(moment.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: moment)
        self.init(localSeconds: seconds)
    }

    /// The time that many seconds after the 1st of January 1970, by the clock on the wall.
    init(localSeconds seconds: Int) {
        var (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if second < 0 { (day, second) = (day - 1, second + 86_400) }
        date = CivilDate(daysSince1970: day)
        minute = second / 60
        // The 1st of January 1970 was a Thursday.
        let index = (day % 7 + 10) % 7
        weekday = Weekday.allCases[index]
    }
}

extension LocalTime: CustomStringConvertible {
    /// `friday 14:05`
    var description: String { "\(weekday.rawValue) \(DaySpan.text(minute))" }
}
