// SPDX-License-Identifier: Apache-2.0

public import HTTPTransport

/// The bounds of every call to the Hub (flame-hub.md, 6.9).
public struct HubLimits: Sendable {
    /// How long connecting may take. Default: 10 s.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a call may take that is not a stream. Default: 30 s.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a stream may be silent. Default: 60 s.
    public var idleTimeout: Duration = .seconds(60)
    /// The largest reply that is not a stream. Default: 16 MiB; a full page of rows with relations is about 150 KiB.
    public var maximumResponseBytes: Int64 = 16 * 1024 * 1024
    /// The largest file or archive that is downloaded: 64 GiB.
    public let maximumFileBytes: Int64 = 64 * 1024 * 1024 * 1024
    /// How often and how patiently calls that may be repeated are repeated.
    public var retry: RetryPolicy = .standard
    /// How long a call waits for a service that is paused after a 429 before it fails instead: 90 s, which
    /// covers the Hub's own 60 s.
    public let maximumPause: Duration = .seconds(90)
    /// How often a call is sent again after a pause. Default: 2.
    public var maximumPauses = 2
    /// The longest pause that a server can impose: 15 minutes.
    public let longestImposedPause: Duration = .seconds(900)

    /// The defaults.
    public init() {}
}
