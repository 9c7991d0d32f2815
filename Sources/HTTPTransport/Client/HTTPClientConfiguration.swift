// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What all requests of a client have in common.
public struct HTTPClientConfiguration: Sendable, Hashable {
    /// A PEM file of certificate authorities to trust beside the system's, or `nil` for the system's alone.
    public var caFile: URL?
    /// How to get out. Default: as the environment says.
    public var proxy: HTTPProxy = .environment
    /// A Unix socket through which all requests go instead of TCP, whatever host their URLs name and without a proxy;
    /// `nil` for TCP.
    public var unixSocket: URL?
    /// The `User-Agent`, or `nil` for none.
    public var userAgent: String?
    /// The most requests under way at once, and so the most connections. Streams are counted by themselves.
    /// Default: 64.
    public var maximumConnections = 64
    /// The same for one origin. Default: 16.
    public var maximumConnectionsPerHost = 16
    /// The most requests that may wait for a connection; one more fails as `overloaded`. Default: 1,024.
    public var maximumWaitingRequests = 1_024
    /// The most bytes of response header. Default: 128 KiB.
    public var maximumHeaderBytes = 128 * 1_024

    /// The defaults.
    public init() {}
}
