// SPDX-License-Identifier: Apache-2.0

public import Foundation

extension Clock where Duration == Swift.Duration {
    /// Starts to measure time on this clock. The function returns what has passed since.
    public func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}

extension Duration {
    /// The same length in seconds, as `Date` counts.
    public var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
