// SPDX-License-Identifier: Apache-2.0

/// Spans of time as a policy writes them: whole minutes, hours or days.
enum PolicyDuration {
    private static let units: [(suffix: Character, seconds: Int)] = [("d", 86_400), ("h", 3_600), ("m", 60)]

    /// `30m`, `24h` or `7d`, up to ten years; `nil` for anything else.
    static func read(_ text: Substring) -> Duration? {
        guard let unit = units.first(where: { $0.suffix == text.last }),
            let count = WholeNumber.read(text.dropLast()), count * unit.seconds <= maximumSeconds
        else { return nil }
        return .seconds(count * unit.seconds)
    }

    /// In the largest unit that needs no fraction.
    static func text(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        let unit = units.first { seconds % $0.seconds == 0 } ?? ("s", 1)
        return "\(seconds / unit.seconds)\(unit.suffix)"
    }

    private static let maximumSeconds = 3_653 * 86_400
}

/// Whole numbers as a policy writes them.
enum WholeNumber {
    /// 1 to 1,000,000, in digits.
    static func read(_ text: some StringProtocol) -> Int? {
        guard (1...7).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
    }
}
