// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Acceptances counted in memory, for a replay: of each count only as many as its bound can ask for.
public struct LimitLedger: Sendable {
    /// Milliseconds since 1970 of the newest acceptances, the oldest of them first.
    private var times: [LimitUse: Deque] = [:]

    /// Nothing was accepted yet.
    public init() {}

    /// Whether the bound of a count is reached at a moment.
    public func isReached(_ use: LimitUse, _ limit: RuleLimit, at moment: Date) -> Bool {
        guard let times = times[use], times.count >= limit.count else { return false }
        guard let window = limit.window else { return true }
        // A clock that was set back opens no window wider.
        let end = max(moment, times.newest)
        return times.oldest(of: limit.count) > end.addingTimeInterval(-Double(window.components.seconds))
    }

    /// Counts an acceptance.
    public mutating func insert(_ use: LimitUse, _ limit: RuleLimit?, at moment: Date) {
        guard let limit else { return }
        times[use, default: Deque()].append(moment, keeping: limit.count)
    }

    /// The newest moments.
    private struct Deque {
        private var moments: [Date] = []
        private var start = 0

        var count: Int { moments.count - start }
        var newest: Date { moments.last ?? .distantPast }

        /// The oldest of the newest that many.
        func oldest(of number: Int) -> Date { moments[moments.count - number] }

        mutating func append(_ moment: Date, keeping number: Int) {
            moments.append(max(moment, newest))
            if count > number { start += 1 }
            // Moved together only now and then, so that each acceptance costs the same.
            if start > number {
                moments.removeFirst(start)
                start = 0
            }
        }
    }
}
