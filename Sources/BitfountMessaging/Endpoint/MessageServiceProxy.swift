// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
public import Foundation

/// How connections to the message service leave the local network. A service on this machine is always reached directly.
public enum MessageServiceProxy: Sendable, Hashable {
    /// As the environment says: `grpc_proxy`, which genuine pods heed too, else `https_proxy`, else `all_proxy`, each in
    /// lower case before upper case, with the exceptions of `no_proxy`.
    case environment
    /// Never through a proxy.
    case none
    /// Through this proxy: an `http` URL, which may have a user name and password.
    case url(URL)

    /// The proxy for a host, or `nil` for a direct connection.
    func proxy(for host: String, environment: [String: String]) throws(MessageServiceError) -> ProxyAddress? {
        switch self {
        case .none:
            return nil
        case .url(let url):
            return try ProxyAddress(url.absoluteString)
        case .environment:
            let names = ["grpc_proxy", "https_proxy", "all_proxy"].flatMap { [$0, $0.uppercased()] }
            guard let proxy = names.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else {
                return nil
            }
            let exceptions = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
            return ProxyExceptions(exceptions).contain(host) ? nil : try ProxyAddress(proxy)
        }
    }
}
