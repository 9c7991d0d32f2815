// SPDX-License-Identifier: Apache-2.0

/// What an exchange with an identity provider may cost.
public struct OAuthLimits: Sendable {
    /// For one request other than a poll. Default 20 s.
    public var requestTimeout: Duration = .seconds(20)
    /// For one poll of a device code: 10 s.
    public let pollTimeout: Duration = .seconds(10)
    /// The pauses between polls, whatever the peer asks for at first. Default 1 to 30 s.
    public var pollInterval: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
    /// The longest pause that `slow_down` can bring them to. Default 60 s.
    public var longestPollInterval: Duration = .seconds(60)
    /// Polls in a row that may go without an answer that means anything: faults, pages of a proxy. Default 5.
    public var unclearPolls = 5
    /// How large a response may be. Default 1 MiB.
    public var maximumResponseBytes: Int64 = 1024 * 1024

    /// The defaults.
    public init() {}

    func clamped(_ interval: Duration) -> Duration {
        min(max(interval, pollInterval.lowerBound), pollInterval.upperBound)
    }
}
