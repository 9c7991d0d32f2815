// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Times as the Hub writes them: `2026-08-20T14:58:48.000Z` (flame-hub.md, 4.1).
enum FlameTime {
    static func text(_ milliseconds: Int64) -> String {
        // The formatter cuts what is behind the third digit, and a date can't hold most milliseconds exactly.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    static func now() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }
}
