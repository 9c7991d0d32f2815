// SPDX-License-Identifier: Apache-2.0

/// Why there is no response.
///
/// Neither the error nor anything it holds repeats query values, user info, header values or bodies.
public struct HTTPError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The request breaks a rule of HTTP or of this transport; nothing was sent.
        case invalidRequest
        /// The URL is `http` and its host isn't loopback; nothing was sent.
        case plainHTTPRefused
        /// No connection came about; the server hasn't seen the request.
        case connectionFailed
        /// The connection broke. Whether the server acted on the request isn't known.
        case connectionLost
        /// A time-out passed. Whether the server acted on the request isn't known.
        case timedOut
        /// TLS failed: no acceptable version, or a certificate that isn't trusted or isn't for this host.
        case tls
        /// The proxy couldn't be used, or refused.
        case proxy
        /// The server answered with a redirect that may not be followed.
        case redirectRefused
        /// The response is larger than the request allows.
        case responseTooLarge
        /// The server's answer isn't valid HTTP.
        case malformedResponse
        /// The request's body failed or wasn't as long as announced.
        case bodyFailed
        /// A file to upload or to download to couldn't be read or written.
        case file
        /// The task was cancelled or the client shut down.
        case cancelled
        /// The client has as many requests as it may hold.
        case overloaded
        /// libcurl couldn't be set up.
        case unavailable
    }

    /// What kind of failure it is.
    public let code: Code
    /// One sentence for the person who runs the agent.
    public let message: String
    /// The method of the request.
    public internal(set) var method: HTTPMethod?
    /// The URL of the request, redacted.
    public internal(set) var url: RedactedURL?
    /// The status of the response or of the proxy's answer, if there was one.
    public let status: Int?
    /// Whether the same request may well succeed later.
    public let isTransient: Bool
    /// The cause, such as a ``LibcurlError`` or the error of a body's sequence.
    public let underlying: (any Error)?

    /// An error; it counts as transient if the code says that the connection failed.
    public init(
        _ code: Code,
        _ message: String,
        method: HTTPMethod? = nil,
        url: RedactedURL? = nil,
        status: Int? = nil,
        isTransient: Bool? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.method = method
        self.url = url
        self.status = status
        self.isTransient = isTransient ?? [.connectionFailed, .connectionLost, .timedOut].contains(code)
        self.underlying = underlying
    }

    /// The same error, naming the request it belongs to.
    func naming(_ request: HTTPRequest) -> HTTPError {
        var named = self
        named.method = named.method ?? request.method
        named.url = named.url ?? RedactedURL(request.url)
        return named
    }
}

extension HTTPError: CustomStringConvertible {
    /// The message and the request it belongs to.
    public var description: String {
        guard let method, let url else { return message }
        return "\(message) (\(method) \(url))"
    }
}
