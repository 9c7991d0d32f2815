// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A proxy, as its URL names it.
public struct ProxyServer: Sendable, Hashable {
    /// What is spoken with it.
    public enum Scheme: String, Sendable, CaseIterable {
        case http
        case https
        case socks5
        case socks5h

        /// The port where the URL names none.
        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            case .socks5, .socks5h: 1080
            }
        }
    }

    /// What is spoken with it.
    public let scheme: Scheme
    /// A name, or an address without brackets.
    public let host: String
    /// The port, also where the URL left it out: 80, 443 for `https`, 1080 for SOCKS.
    public let port: Int
    /// User name and password as they stand in the URL, percent-encoded.
    private let userInfo: String?

    /// Reads a URL; without a scheme it is taken for `http`, as is usual in environments.
    ///
    /// - Throws: ``HTTPError`` with the code `proxy`, without the text, which may hold a password.
    public init(_ text: String) throws(HTTPError) {
        let text = text.contains("://") ? text : "http://" + text
        guard let components = URLComponents(string: text),
            let scheme = components.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) })
        else { throw Self.fault("isn't an http, https, socks5 or socks5h URL") }
        // Unescaped, one of these in a password would make another host of the rest.
        guard components.query == nil, components.fragment == nil, ["", "/"].contains(components.percentEncodedPath),
            text.count(where: { $0 == "@" }) < 2
        else { throw Self.fault("is more than scheme, user, password, host and port; escape special characters as %40") }
        guard let host = components.host.map(Self.withoutBrackets), Self.isHost(host) else {
            throw Self.fault("names no host")
        }
        let port = components.port ?? scheme.defaultPort
        guard (1...65_535).contains(port) else { throw Self.fault("has no possible port") }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
        userInfo = components.percentEncodedUser.map { user in
            user + (components.percentEncodedPassword.map { ":\($0)" } ?? "")
        }
    }

    /// The value of `Proxy-Authorization` for an HTTP proxy that wants to know who asks; `nil` without a user name.
    public var basicAuthorization: String? {
        guard let userInfo else { return nil }
        let halves = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0).removingPercentEncoding ?? String($0) }
        let credentials = "\(halves[0]):\(halves.count > 1 ? halves[1] : "")"
        return "Basic " + Data(credentials.utf8).base64EncodedString()
    }

    /// The whole URL, with the port and the password.
    var url: String {
        let authority = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(userInfo.map { "\($0)@" } ?? "")\(authority):\(port)"
    }

    private static func isHost(_ text: String) -> Bool {
        if text.contains(":") { return NetworkAddress(text) != nil }
        return !text.isEmpty && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._".utf8.contains($0) }
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func fault(_ problem: String) -> HTTPError {
        HTTPError(.proxy, "The proxy \(problem).", isTransient: false)
    }
}

extension ProxyServer: CustomStringConvertible, CustomReflectable {
    /// Scheme, host and port.
    public var description: String { "\(scheme.rawValue)://\(host):\(port)" }

    /// Nothing more than the description.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
