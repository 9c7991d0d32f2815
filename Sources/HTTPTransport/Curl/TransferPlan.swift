// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Everything that a transfer needs to know about its request, checked, in libcurl's terms.
struct TransferPlan: Sendable {
    let url: String
    let origin: HTTPOrigin
    let method: HTTPMethod
    /// Header lines, such as `Accept: text/plain`.
    let headerLines: [String]
    /// Whether gzip and deflate are asked for and undone.
    let decompresses: Bool
    let userAgent: String?
    /// The proxy to go through; `nil` for a direct connection.
    let proxy: ProxyServer?
    let caFile: String?
    let unixSocket: String?
    /// Whether HTTP/2 may be agreed on.
    let allowsHTTP2: Bool
    /// Whether a body goes or comes piece by piece.
    let isStream: Bool
    let connectTimeout: Duration
    let idleTimeout: Duration?
    let deadline: ContinuousClock.Instant?
    let maximumResponseBytes: Int64
    let maximumHeaderBytes: Int

    /// Checks a request.
    ///
    /// - Parameters:
    ///   - proxy: The way to other machines, or why there is none.
    ///   - deadline: When the attempt has to be over.
    init(
        _ request: HTTPRequest,
        _ configuration: HTTPClientConfiguration,
        proxy: Result<ProxyRules, HTTPError>,
        isStream: Bool,
        deadline: ContinuousClock.Instant?
    ) throws(HTTPError) {
        guard request.method.rawValue.isHTTPToken else {
            throw HTTPError(.invalidRequest, "The method isn't a token of HTTP.")
        }
        if let problem = request.headers.requestProblem() {
            throw HTTPError(.invalidRequest, problem)
        }
        if case .follow(let maximum) = request.redirects, request.carriesCredentials || maximum < 0 {
            throw HTTPError(.invalidRequest, "A call with credentials can't follow redirects.")
        }
        (url, origin) = try RequestTarget.check(request.url)
        method = request.method
        // libcurl leaves out a field without a value, unless it is written with a semicolon.
        headerLines = request.headers.map { field in
            field.value.allSatisfy(\.isBlank) ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        decompresses = !request.headers.contains("Accept-Encoding")
        userAgent = request.headers.contains("User-Agent") ? nil : configuration.userAgent
        caFile = configuration.caFile?.path
        unixSocket = configuration.unixSocket?.path
        // What is plain text on loopback would be plain text on the way to a proxy too.
        self.proxy =
            origin.isLoopback || unixSocket != nil ? nil : try proxy.get().server(for: origin.host, port: origin.port)
        self.isStream = isStream
        allowsHTTP2 = !isStream && origin.scheme == "https"
        connectTimeout = request.connectTimeout
        idleTimeout = request.idleTimeout
        self.deadline = deadline
        maximumResponseBytes = request.maximumResponseBytes
        maximumHeaderBytes = configuration.maximumHeaderBytes
    }
}
