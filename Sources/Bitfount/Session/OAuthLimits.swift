// SPDX-License-Identifier: Apache-2.0

/// What an exchange with an identity provider may cost.
public struct OAuthLimits: Sendable {
    /// For one request other than a poll. Default 20 s.
    public var requestTimeout: Duration = .seconds(20)
    /// For one poll of a device code: 10 s.
    public let pollTimeout: Duration = .seconds(10)
    /// The pauses between polls, whatever the peer asks for. Default 1 to 30 s.
    public var pollInterval: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
    /// How large a response may be. Default 1 MiB.
    public var maximumResponseBytes: Int64 = 1024 * 1024

    /// The defaults.
    public init() {}

    func clamped(_ interval: Duration) -> Duration {
        min(max(interval, pollInterval.lowerBound), pollInterval.upperBound)
    }
}
