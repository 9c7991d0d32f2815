// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// One request, with the limits it is made under.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// An absolute `https` URL, or an `http` URL of a loopback host.
    public var url: URL
    /// Header fields. `Host`, `Content-Length` and others that frame the message are the transport's to set.
    ///
    /// Unless there is an `Accept-Encoding`, gzip and deflate are asked for and undone.
    public var headers: HTTPHeaders
    /// The body.
    public var body: HTTPBody

    /// The time for one attempt, from the call to the last byte of the response, or `nil` for no limit.
    /// Default: 20 s. Large transfers want `nil` and rely on ``idleTimeout``.
    public var timeout: Duration? = .seconds(20)
    /// The time to resolve the name, connect and agree on TLS. Default: 20 s.
    public var connectTimeout: Duration = .seconds(20)
    /// How long no byte may move in either direction, or `nil` for no limit. Default: 60 s. The clock rests while
    /// this side isn't ready to send or receive.
    public var idleTimeout: Duration? = .seconds(60)
    /// The most bytes of response body that are accepted, after decompression. Default: 16 MiB.
    public var maximumResponseBytes: Int64 = 16 * 1_024 * 1_024

    /// What to do with redirects. Default: refuse.
    public var redirects: RedirectPolicy = .refuse
    /// When to try again. Default: ``RetryPolicy/standard``.
    public var retry: RetryPolicy = .standard
    /// Whether the call carries credentials, so that no redirect is ever followed. A request with an
    /// `Authorization`, `Cookie`, `X-API-Key` or `X-API-Key-ID` header counts as credentialed in any case.
    public var isCredentialed = false

    /// A request with the default limits.
    public init(_ method: HTTPMethod, _ url: URL, headers: HTTPHeaders = [:], body: HTTPBody = .empty) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// A request with a JSON body.
    ///
    /// - Throws: What the encoder throws.
    public static func json(
        _ method: HTTPMethod,
        _ url: URL,
        _ value: some Encodable,
        encoder: JSONEncoder = JSONEncoder()
    ) throws -> HTTPRequest {
        HTTPRequest(
            method,
            url,
            headers: ["Content-Type": "application/json"],
            body: .bytes(try encoder.encode(value))
        )
    }

    /// A `POST` of form fields (`application/x-www-form-urlencoded`).
    public static func form(_ url: URL, _ fields: [(String, String)]) -> HTTPRequest {
        HTTPRequest(
            .post,
            url,
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: .bytes(Data(FormEncoding.encode(fields).utf8))
        )
    }

    /// A `POST` of a multipart form.
    ///
    /// - Throws: ``HTTPError`` (`invalidRequest`, `file`) if the form can't be built.
    public static func multipart(_ url: URL, _ form: MultipartForm) async throws(HTTPError) -> HTTPRequest {
        HTTPRequest(.post, url, headers: ["Content-Type": form.contentType], body: try await form.body())
    }

    /// Whether credentials go with the call, by the flag or by a header.
    var carriesCredentials: Bool {
        isCredentialed || headers.haveCredentials
    }
}
