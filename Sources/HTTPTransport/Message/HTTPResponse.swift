// SPDX-License-Identifier: Apache-2.0

public import Foundation
import PrintableText

/// A response with its whole body.
///
/// Any status is a response, also 400 and above; it is the caller who knows what it means.
public struct HTTPResponse: Sendable, Hashable {
    /// Status, header fields and version.
    public let head: HTTPResponseHead
    /// The body, decompressed.
    public let body: Data

    /// A response.
    public init(head: HTTPResponseHead, body: Data) {
        self.head = head
        self.body = body
    }

    /// A response.
    public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data(), version: HTTPVersion = .http1_1) {
        self.init(head: HTTPResponseHead(status: status, headers: headers, version: version), body: body)
    }

    /// The status code.
    public var status: Int { head.status }
    /// The header fields.
    public var headers: HTTPHeaders { head.headers }
    /// The protocol version.
    public var version: HTTPVersion { head.version }
    /// When the server says it made the response, see ``HTTPResponseHead/date``.
    public var date: Date? { head.date }

    /// The start of the body for an error report: at most 1 KiB, made printable.
    ///
    /// It is the peer's text. Show it where a person asked for details; never log it by itself.
    public var excerpt: String {
        String(decoding: body.prefix(1_024), as: UTF8.self).printable(limit: 1_024)
    }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible {
    /// The status and the size: bodies may hold tokens.
    public var description: String { "\(version.rawValue) \(status), \(body.count) bytes" }
    /// The status and the size: bodies may hold tokens.
    public var debugDescription: String { description }
}
