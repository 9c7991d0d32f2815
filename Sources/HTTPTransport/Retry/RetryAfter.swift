// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The `Retry-After` field (RFC 9110, section 10.2.3).
public enum RetryAfter {
    /// How long the server asks to wait: a number of seconds, or the time until a date, zero if that is past.
    /// `nil` for a malformed value.
    public static func parse(_ value: String, now: Date) -> Duration? {
        if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than fit are a wait without end; the caller caps it.
            return .seconds(Int64(value).map { min($0, Int64(UInt32.max)) } ?? Int64(UInt32.max))
        }
        guard let date = HTTPDate.parse(value) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)))
    }
}
