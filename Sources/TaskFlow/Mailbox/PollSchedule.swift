// SPDX-License-Identifier: Apache-2.0

/// How long to wait after each empty poll (bitfount-protocol.md, 7.6); after a message the next poll comes at once.
struct PollSchedule: Sendable {
    private static let steps: [(delay: Duration, polls: Int)] = [
        (.seconds(1), 60), (.seconds(2), 30), (.seconds(3), 20), (.seconds(5), 12),
    ]
    private static let last: Duration = .seconds(8)

    private var emptyPolls = 0

    /// The delay after one more empty poll.
    mutating func nextDelay() -> Duration {
        var before = 0
        for (delay, polls) in Self.steps {
            before += polls
            if emptyPolls < before {
                emptyPolls += 1
                return delay
            }
        }
        return Self.last
    }

    /// A message came.
    mutating func reset() { emptyPolls = 0 }
}
