// SPDX-License-Identifier: Apache-2.0

import FlameHub

/// When the next cycle begins, and what it reads (flame-hub.md, 6.4 and 6.9).
public struct SyncPacing: Sendable, Equatable {
    /// The period while nothing runs. Default: 30 s.
    public var idlePeriod: Duration = .seconds(30)
    /// The period while a job runs. Default: 10 s.
    public var activePeriod: Duration = .seconds(10)
    /// The longest period while the Hub is gone: 5 minutes. It begins with ``idlePeriod`` and doubles.
    public let offlinePeriod: Duration = .seconds(300)
    /// How many cycles in a row must fail before the Hub counts as gone: 5.
    public let failuresUntilOffline = 5

    /// How many cycles in a row failed.
    public private(set) var failures = 0
    /// How many cycles there were.
    public private(set) var cycle = 0

    /// The defaults.
    public init() {}

    /// Whether the Hub counts as gone.
    public var isOffline: Bool { failures >= failuresUntilOffline }

    /// Takes note of the end of a cycle.
    public mutating func finish(succeeded: Bool) {
        cycle += 1
        failures = succeeded ? 0 : failures + 1
    }

    /// The wait until the next cycle: the period, give or take a fifth of it.
    ///
    /// - Parameters:
    ///   - isActive: Whether a job runs.
    ///   - random: A number from 0 up to 1.
    public func wait(isActive: Bool, random: Double) -> Duration {
        let period = isOffline ? awayPeriod : isActive ? activePeriod : idlePeriod
        return period * (0.8 + 0.4 * random)
    }

    private var awayPeriod: Duration {
        // More doublings than these are beyond any longest period.
        let doublings = min(failures - failuresUntilOffline, 10)
        return max(idlePeriod, min(idlePeriod * (1 << doublings), offlinePeriod))
    }

    /// Whether the node's own row is due.
    public var readsNode: Bool { cycle.isMultiple(of: 10) }
    /// Whether the undecided parts in projects are due as a whole; what changed among them is read each time.
    public var readsProjects: Bool { cycle.isMultiple(of: 5) }

    /// Whether the undecided parts in analyses are due.
    ///
    /// - Parameters:
    ///   - hasPending: Whether there were any the last time.
    ///   - hasNews: Whether this cycle's delta pass showed something new.
    public func readsPending(hasPending: Bool, hasNews: Bool) -> Bool {
        hasPending || hasNews || cycle.isMultiple(of: 10)
    }
}
