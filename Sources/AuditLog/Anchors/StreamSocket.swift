// SPDX-License-Identifier: Apache-2.0

import CCurl
import Foundation

/// Opens a connection, sends bytes and closes it. Blocks for at most ``timeoutSeconds``.
///
/// libcurl does the connecting: it knows addresses of both families, time-outs and certificates.
enum StreamSocket {
    /// How a connection is secured.
    enum Security {
        case none
        case tls(caFile: String?)
    }

    private static let timeoutSeconds = 10
    private static let isReady = ccurl_global_init() == CURLE_OK

    static func send(_ bytes: [UInt8], toHost host: String, port: Int, security: Security) throws(AnchorError) {
        guard isReady, let handle = curl_easy_init() else {
            throw AnchorError(.unreachable, "libcurl couldn't be initialised.")
        }
        defer { curl_easy_cleanup(handle) }
        guard let url = url(host, port, security) else {
            throw AnchorError(.invalid, "\(host):\(port) is not the address of a server.")
        }
        configure(handle, url, security)
        try check(curl_easy_perform(handle), host, port)
        var socket = curl_socket_t(CURL_SOCKET_BAD)
        try check(ccurl_easy_getinfo_socket(handle, CURLINFO_ACTIVESOCKET, &socket), host, port)
        var rest = bytes[...]
        while !rest.isEmpty {
            var sent = 0
            let result = rest.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &sent) }
            if result == CURLE_AGAIN {
                try wait(for: socket, host, port)
            } else {
                try check(result, host, port)
                rest = rest.dropFirst(sent)
            }
        }
    }

    /// The scheme only says whether there is TLS: nothing of HTTP is spoken.
    private static func url(_ host: String, _ port: Int, _ security: Security) -> String? {
        var components = URLComponents()
        if case .tls = security { components.scheme = "https" } else { components.scheme = "http" }
        components.host = host.contains(":") ? "[\(host)]" : host
        components.port = port
        guard !host.isEmpty, (1...65_535).contains(port) else { return nil }
        return components.url?.absoluteString
    }

    private static func configure(_ handle: OpaquePointer, _ url: String, _ security: Security) {
        _ = ccurl_easy_setopt_string(handle, CURLOPT_URL, url)
        _ = ccurl_easy_setopt_string(handle, CURLOPT_PROXY, "")
        _ = ccurl_easy_setopt_long(handle, CURLOPT_CONNECT_ONLY, 1)
        _ = ccurl_easy_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = ccurl_easy_setopt_long(handle, CURLOPT_TIMEOUT, timeoutSeconds)
        _ = ccurl_easy_setopt_long(handle, CURLOPT_SSL_ENABLE_ALPN, 0)
        _ = ccurl_easy_setopt_long(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if case .tls(let caFile?) = security { _ = ccurl_easy_setopt_string(handle, CURLOPT_CAINFO, caFile) }
    }

    private static func wait(for socket: curl_socket_t, _ host: String, _ port: Int) throws(AnchorError) {
        var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, Int32(timeoutSeconds) * 1_000) > 0 else {
            throw AnchorError(.unreachable, "\(host):\(port) takes nothing within \(timeoutSeconds) seconds.")
        }
    }

    private static func check(_ result: CURLcode, _ host: String, _ port: Int) throws(AnchorError) {
        guard result != CURLE_OK else { return }
        throw AnchorError(.unreachable, "\(host):\(port): \(String(cString: curl_easy_strerror(result))).")
    }
}
