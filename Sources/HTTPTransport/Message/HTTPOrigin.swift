// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Scheme, host and port of a URL: what credentials may be tied to.
///
/// Two URLs with equal origins talk to the same server. Comparing whole origins, unlike comparing the start of
/// a URL's text, can't be fooled by `https://hub.example.com.evil.example/`.
public struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    public let scheme: String
    /// The host name in lower case, or an address; an IPv6 address is without brackets and in its shortest form.
    public let host: String
    /// The port, also where the URL left it out.
    public let port: Int

    /// The origin of an absolute `http` or `https` URL, otherwise `nil`.
    public init?(_ url: URL) {
        guard let scheme = url.scheme, let host = url.host(percentEncoded: true) else { return nil }
        self.init(scheme: scheme, host: host, port: url.port)
    }

    /// Puts the parts into their normal form; `nil` for another scheme, a malformed host or a port out of range.
    init?(scheme: String, host: String, port: Int?) {
        let scheme = scheme.lowercased()
        guard let defaultPort = ["http": 80, "https": 443][scheme] else { return nil }
        let port = port ?? defaultPort
        guard (1...65_535).contains(port) else { return nil }

        var host = host.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        }
        if host.contains(":") {
            guard let address = IPv6Address(host) else { return nil }
            host = address.text
        } else {
            guard !host.isEmpty, host.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "-._~".utf8.contains($0) }) else {
                return nil
            }
        }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Whether the host is this machine by its very name: `localhost`, `127.0.0.0/8` or `::1`.
    ///
    /// Nothing is looked up. libcurl never asks DNS about `localhost` either.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        var address = in_addr()
        guard inet_pton(AF_INET, host, &address) == 1 else { return false }
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    /// Such as `https://hub.example.com:443`.
    public var description: String {
        "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

private struct IPv6Address {
    let text: String

    init?(_ literal: String) {
        var address = in6_addr()
        guard inet_pton(AF_INET6, literal, &address) == 1 else { return nil }
        var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &characters, socklen_t(characters.count)) != nil else { return nil }
        text = String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
