// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What comes before the body of a response.
public struct HTTPResponseHead: Sendable, Hashable {
    /// The status code, 200 to 599 and beyond.
    public let status: Int
    /// The header fields.
    public let headers: HTTPHeaders
    /// The protocol version.
    public let version: HTTPVersion

    /// A response head.
    public init(status: Int, headers: HTTPHeaders = [:], version: HTTPVersion = .http1_1) {
        self.status = status
        self.headers = headers
        self.version = version
    }

    /// When the server says it made the response: good for a look at the two clocks. `nil` if absent or malformed.
    public var date: Date? {
        headers["Date"].flatMap(HTTPDate.parse)
    }

    /// The length of the body as it is sent, if it was announced.
    var contentLength: Int64? {
        headers["Content-Length"].flatMap { Int64($0) }
    }

    /// Where a redirect points to, relative to the URL that was asked for. `nil` if this is no redirect.
    func redirectTarget(from url: URL) -> URL? {
        guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"] else { return nil }
        return URL(string: location, relativeTo: url)?.absoluteURL
    }
}
