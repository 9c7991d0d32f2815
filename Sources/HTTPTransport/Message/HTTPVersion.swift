// SPDX-License-Identifier: Apache-2.0

/// The protocol version a response came in.
public enum HTTPVersion: String, Sendable, Hashable {
    /// HTTP/1.0
    case http1_0 = "HTTP/1.0"
    /// HTTP/1.1
    case http1_1 = "HTTP/1.1"
    /// HTTP/2
    case http2 = "HTTP/2"
}
