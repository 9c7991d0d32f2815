// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

/// Posts each checkpoint as JSON to a URL: `at`, `origin`, `size`, `root`, `note`.
public struct WebhookAnchor: CheckpointAnchor {
    /// `webhook`, and the URL without its query.
    public let name: String
    private let url: URL
    private let headers: HTTPHeaders
    private let http: HTTPClient
    private let wallClock: @Sendable () -> Date

    /// An anchor behind a URL.
    ///
    /// - Parameters:
    ///   - url: Where to post; `https`, or `http` on loopback.
    ///   - headers: Further headers, such as one that authorises.
    ///   - http: The client.
    ///   - wallClock: The time that the JSON says.
    public init(
        _ url: URL,
        headers: HTTPHeaders = [:],
        http: HTTPClient,
        wallClock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.url = url
        self.headers = headers
        self.http = http
        self.wallClock = wallClock
        var shown = URLComponents(url: url, resolvingAgainstBaseURL: true)
        shown?.query = nil
        shown?.user = nil
        shown?.password = nil
        name = "webhook \(shown?.string ?? "")"
    }

    /// Posts once; what to do about a failure is up to whoever asked.
    public func publish(_ checkpoint: SignedCheckpoint) async throws {
        let body = Data(AnchorText.json(checkpoint, at: wallClock()))
        var request = HTTPRequest(.post, url, headers: headers, body: .bytes(body))
        request.headers["Content-Type"] = "application/json"
        request.isCredentialed = true
        request.retry = .none
        request.maximumResponseBytes = 64 << 10
        let response = try await http.send(request)
        guard (200..<300).contains(response.status) else {
            throw AnchorError(.refused, "\(name) answered with status \(response.status).")
        }
    }
}
