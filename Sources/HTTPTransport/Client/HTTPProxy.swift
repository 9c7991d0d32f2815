// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How connections to other machines find their way, for every protocol alike. Loopback hosts are always reached directly.
public enum HTTPProxy: Sendable, Hashable {
    /// As the environment says: `https_proxy`, else `http_proxy`, else `all_proxy`, each in lower case before upper case, with the
    /// exceptions of `no_proxy`. The default.
    ///
    /// What leaves the machine is always TLS; still `http_proxy` counts, since it often is the only one that is set.
    case environment
    /// Never through a proxy.
    case none
    /// Through this proxy: an `http`, `https`, `socks5` or `socks5h` URL, which may have a user name and password.
    case url(URL)

    /// Refuses a proxy that no request could go through, before the first one is made.
    ///
    /// - Parameter environment: Where proxies may be named.
    public func check(environment: [String: String]) throws(HTTPError) {
        _ = try rules(environment: environment)
    }

    /// What holds in an environment.
    ///
    /// - Parameter protocolVariable: A variable that goes before all others, for a protocol that has one of its own, such as
    ///   `grpc_proxy`.
    /// - Throws: ``HTTPError`` with the code `proxy` for what is no proxy.
    public func rules(
        environment: [String: String],
        protocolVariable: String? = nil
    ) throws(HTTPError) -> ProxyRules {
        switch self {
        case .none:
            return ProxyRules(server: nil, exceptions: ProxyExceptions(""))
        case .url(let url):
            return ProxyRules(server: try ProxyServer(url.absoluteString), exceptions: ProxyExceptions(""))
        case .environment:
            let names = [protocolVariable, "https_proxy", "http_proxy", "all_proxy"].compactMap { $0 }
            guard let proxy = Self.value(of: names, environment) else {
                return ProxyRules(server: nil, exceptions: ProxyExceptions(""))
            }
            let exceptions = ProxyExceptions(Self.value(of: ["no_proxy"], environment) ?? "")
            return ProxyRules(server: try ProxyServer(proxy), exceptions: exceptions)
        }
    }

    /// The first of these variables that has a value, in lower case or in upper case.
    private static func value(of names: [String], _ environment: [String: String]) -> String? {
        names.flatMap { [$0, $0.uppercased()] }.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}

extension HTTPProxy: CustomStringConvertible, CustomReflectable {
    /// The proxy without its password.
    public var description: String {
        switch self {
        case .environment: "environment"
        case .none: "none"
        case .url(let url): "\(RedactedURL(url))"
        }
    }

    /// Nothing more than the description.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Which connections go through a proxy, and through which.
public struct ProxyRules: Sendable, Hashable {
    let server: ProxyServer?
    let exceptions: ProxyExceptions

    /// The proxy for a host; `nil` for a direct connection.
    ///
    /// - Parameter host: A name, or an address without brackets.
    public func server(for host: String, port: Int) -> ProxyServer? {
        exceptions.contain(host, port: port) ? nil : server
    }
}
