// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import NIOCore

/// An endpoint's URL, once it is known to be usable.
struct ServiceAddress: Sendable, Hashable {
    enum Host: Sendable, Hashable {
        case name(String)
        case ipv4(String)
        case ipv6(String)
    }

    let host: Host
    let port: Int
    let isPlaintext: Bool

    /// - Throws: ``MessageServiceError`` for a URL that says more than scheme, host and port, and for one that would send
    ///   credentials in the clear over a network.
    init(_ url: URL) throws(MessageServiceError) {
        guard let scheme = url.scheme?.lowercased(), ["https", "http"].contains(scheme),
            let host = url.host(percentEncoded: false)?.lowercased(), !host.isEmpty,
            url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil,
            url.path().isEmpty || url.path() == "/"
        else {
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: "The message service's URL must be https://host or https://host:port, and nothing more."
            )
        }
        isPlaintext = scheme == "http"
        port = url.port ?? (isPlaintext ? 80 : 443)
        self.host =
            switch try? SocketAddress(ipAddress: host, port: port) {
            case .v4: .ipv4(host)
            case .v6: .ipv6(host)
            default: .name(host)
            }
        if isPlaintext, !isLoopback {
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: "The message service at \(host) must be reached by https://; http:// is for this machine only."
            )
        }
    }

    /// Whether the service is on this machine.
    var isLoopback: Bool {
        switch host {
        case .name(let name): name == "localhost"
        case .ipv4(let address): address.hasPrefix("127.")
        case .ipv6(let address): address == "::1"
        }
    }

    /// Whether the host is an address, and no name.
    var isLiteral: Bool {
        if case .name = host { false } else { true }
    }

    /// The name or address alone.
    var hostText: String {
        switch host {
        case .name(let text), .ipv4(let text), .ipv6(let text): text
        }
    }

    /// `host:port`, as in `CONNECT`.
    var authority: String {
        if case .ipv6(let text) = host { "[\(text)]:\(port)" } else { "\(hostText):\(port)" }
    }
}
