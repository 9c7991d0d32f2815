// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Decides where the next request goes when a server redirects.
struct RedirectFollower {
    /// The request to make.
    private(set) var request: HTTPRequest
    private var left: Int

    init(_ request: HTTPRequest) {
        self.request = request
        left = if case .follow(let maximum) = request.redirects { maximum } else { 0 }
    }

    /// Points `request` at the next target. `false` if the response is no redirect.
    mutating func follow(_ head: HTTPResponseHead) throws(HTTPError) -> Bool {
        guard [301, 302, 303, 307, 308].contains(head.status), head.headers.contains("Location") else { return false }
        guard let target = head.redirectTarget(from: request.url) else {
            throw refusal("The server redirects to something that isn't a URL.", head)
        }
        guard case .follow = request.redirects, !request.carriesCredentials else {
            throw refusal("The server redirects, which isn't allowed for this request.", head)
        }
        guard request.method == .get || request.method == .head else {
            throw refusal("The server redirects a \(request.method), which is never followed.", head)
        }
        guard left > 0 else { throw refusal("The server redirects too often.", head) }
        guard let origin = HTTPOrigin(target), let from = HTTPOrigin(request.url),
            origin.scheme == "https" || (origin.isLoopback && from.scheme == "http")
        else { throw refusal("The server redirects to a URL that isn't https.", head) }
        left -= 1
        request.url = target
        return true
    }

    private func refusal(_ message: String, _ head: HTTPResponseHead) -> HTTPError {
        HTTPError(.redirectRefused, message, status: head.status).naming(request)
    }
}
