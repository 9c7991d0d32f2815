// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How requests to other machines find their way. Loopback hosts are always reached directly.
public enum HTTPProxy: Sendable, Hashable {
    /// As the environment says: `https_proxy`, else `all_proxy`, each in lower case before upper case, with the
    /// exceptions of `no_proxy`. The default.
    ///
    /// `http_proxy` has no say, since plain `http` never leaves the machine.
    case environment
    /// Never through a proxy.
    case none
    /// Through this proxy: an `http`, `https`, `socks5` or `socks5h` URL, which may have a user name and password.
    case url(URL)

    /// Refuses a proxy that no request could go through, before the first one is made.
    ///
    /// - Parameter environment: Where proxies may be named.
    public func check(environment: [String: String]) throws(HTTPError) {
        _ = try route(environment: environment)
    }

    /// The way that requests take in an environment.
    func route(environment: [String: String]) throws(HTTPError) -> ProxyRoute {
        switch self {
        case .none:
            return .direct
        case .url(let url):
            return .proxy(try Self.checked(url.absoluteString), except: "")
        case .environment:
            let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            guard let proxy = names.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else {
                return .direct
            }
            let except = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
            return .proxy(try Self.checked(proxy), except: except)
        }
    }

    private static func checked(_ text: String) throws(HTTPError) -> String {
        let text = text.contains("://") ? text : "http://" + text
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), url.host != nil,
            ["http", "https", "socks5", "socks5h"].contains(scheme)
        else {
            throw HTTPError(.proxy, "The proxy isn't an http, https, socks5 or socks5h URL.", isTransient: false)
        }
        return text
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

/// The way of one request.
enum ProxyRoute: Sendable, Hashable {
    case direct
    /// Through a proxy, except to the hosts of a list in the syntax of `no_proxy`.
    case proxy(String, except: String)
}
