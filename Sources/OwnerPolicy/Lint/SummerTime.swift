// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Timekeeping

/// What a policy says that may surprise its owner, but is no fault.
public struct PolicyNotice: Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// The key.
    public let key: String
    /// What is to be known.
    public let text: String

    /// `12: rules[2].when.hours: …`
    public var description: String { "\(line): \(key): \(text)" }
}

extension Policy {
    /// Begins and ends of spans of the day that don't exist, or come twice, when the clocks are next changed in their zone.
    ///
    /// - Parameter moment: From when on the changes are looked for, a year ahead.
    public func notices(from moment: Date) -> [PolicyNotice] {
        var changes: [Int: [ClockChange]] = [:]
        var notices: [PolicyNotice] = []
        for (index, rule) in rules.enumerated() {
            for condition in rule.conditions {
                guard case .hours(let spans, let zone) = condition.test else { continue }
                let ahead = changes[zone] ?? ClockChange.ahead(in: zones[zone], from: moment)
                changes[zone] = ahead
                for change in ahead {
                    for span in spans {
                        guard let text = change.notice(about: span, in: zones[zone]) else { continue }
                        let key = "rules[\(index)].when.\(condition.key.rawValue)"
                        notices.append(PolicyNotice(line: condition.line, key: key, text: text))
                    }
                }
            }
        }
        return notices
    }
}

/// One change of the clocks of a zone.
private struct ClockChange {
    /// The seconds since 1970 at which it happens.
    let moment: Int
    /// Seconds east of UTC before and after it.
    let before: Int
    let after: Int

    static func ahead(in zone: TimeZone, from moment: Date) -> [ClockChange] {
        var changes: [ClockChange] = []
        var last = moment
        let end = moment.addingTimeInterval(366 * 86_400)
        while let next = zone.nextDaylightSavingTimeTransition(after: last), next > last, next < end {
            let change = ClockChange(
                moment: Int(next.timeIntervalSince1970.rounded()),
                before: zone.secondsFromGMT(for: next.addingTimeInterval(-1)),
                after: zone.secondsFromGMT(for: next.addingTimeInterval(1))
            )
            if change.before != change.after { changes.append(change) }
            last = next
        }
        return changes
    }

    /// What happens to a span whose begin or end the change moves over; `nil` if nothing does.
    func notice(about span: DaySpan, in zone: TimeZone) -> String? {
        let from = LocalTime(localSeconds: moment + min(before, after))
        let to = LocalTime(localSeconds: moment + max(before, after))
        guard from.date == to.date else { return nil }
        let moved = from.minute + 1..<to.minute
        // Who begins at the very minute that is skipped begins late; at the one that comes again, nothing changes.
        let isLate = after > before && span.start == from.minute
        guard let edge = isLate ? span.start : [span.start, span.end].first(where: moved.contains) else { return nil }
        let date = from.date
        let day = "\(date.year)-\(Self.twoDigits(date.month))-\(Self.twoDigits(date.day))"
        let hour = "\(DaySpan.text(edge)) \(after > before ? "does not exist" : "comes twice")"
        let consequence: String
        if after > before {
            let isGone = from.minute <= span.start && span.start < span.end && span.end <= to.minute
            consequence =
                isGone
                ? "\(span) is left out on that day"
                : "the clock goes from \(DaySpan.text(from.minute)) to \(DaySpan.text(to.minute))"
        } else {
            consequence = "\(span) begins or ends a second time"
        }
        return "\(hour) on \(day) in \(zone.identifier): \(consequence)"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
