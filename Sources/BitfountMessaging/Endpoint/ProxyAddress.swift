// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation

/// A proxy that is asked to connect through with `CONNECT` (RFC 9110, section 9.3.6).
struct ProxyAddress: Sendable, Hashable {
    let host: String
    let port: Int
    /// The value of `Proxy-Authorization`, if the proxy wants to know who asks.
    let authorization: String?

    /// Reads a proxy's URL; without a scheme it is taken for `http`, as is usual in environments.
    init(_ text: String) throws(MessageServiceError) {
        let text = text.contains("://") ? text : "http://" + text
        guard let url = URL(string: text), url.scheme?.lowercased() == "http",
            let host = url.host(percentEncoded: false), !host.isEmpty
        else {
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: "The proxy for the message service must be an http:// URL; gRPC can pass no other kind."
            )
        }
        self.host = host
        port = url.port ?? 80
        authorization = url.user(percentEncoded: false).map { user in
            let credentials = "\(user):\(url.password(percentEncoded: false) ?? "")"
            return "Basic " + Data(credentials.utf8).base64EncodedString()
        }
    }
}
