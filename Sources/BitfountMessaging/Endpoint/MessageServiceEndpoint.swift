// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

/// Where the message service is and how to get there (bitfount-protocol.md, 7.1).
public struct MessageServiceEndpoint: Sendable, Hashable {
    /// `https://host[:port]`; or `http://` for a service on this machine, in the clear.
    public var url: URL
    /// Certificate authorities to trust beside the system's: a PEM file.
    public var caFile: URL?
    /// How to get out of the local network. In the environment `grpc_proxy`, which genuine pods heed too, goes before the others.
    public var proxy: HTTPProxy

    /// Describes an endpoint; by default it is found with the system's authorities and the environment's proxy.
    public init(url: URL, caFile: URL? = nil, proxy: HTTPProxy = .environment) {
        self.url = url
        self.caFile = caFile
        self.proxy = proxy
    }
}
