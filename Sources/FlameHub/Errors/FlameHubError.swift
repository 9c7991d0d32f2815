// SPDX-License-Identifier: Apache-2.0

import Foundation
public import HTTPTransport
import PrintableText

/// Why a call to the FLAME Hub did not give what was asked for.
///
/// ``message`` repeats neither bodies, query values nor secrets; ``description`` adds the server's own ``reason``, made printable and
/// cut. All that the server said is in ``response`` and ``bodyExcerpt``, for those who ask.
public struct FlameHubError: Error, Sendable {
    /// The kinds of error (flame-hub.md, 7). The raw values reach the agent's audit log: one that was released is never
    /// renamed.
    public enum Code: String, Sendable, CaseIterable {
        /// The service could not be reached, or the connection broke.
        case transport = "transport"
        /// The task was cancelled.
        case cancelled = "cancelled"
        /// Signing in failed, or the service does not accept the token (flame-hub.md, 2.4).
        case authentication = "authentication"
        /// The identity may not do this. The Hub says so with status 400 or 403.
        case permission = "permission"
        /// The record, or the record named by the path, does not exist.
        case notFound = "not-found"
        /// A record with the same unique fields exists.
        case conflict = "conflict"
        /// The service refuses the request for another reason; sending it again does not help.
        case rejected = "rejected"
        /// The service is paused after a 429, for longer than the caller is willing to wait.
        case rateLimited = "rate-limited"
        /// The service failed, or something between it and here did.
        case server = "server"
        /// The reply is not what flame-hub.md, 3.4 and 4, says.
        case malformedResponse = "malformed-response"
        /// The service ignored a part of the query, so that its rows are not the ones that were asked for.
        case queryIgnored = "query-ignored"
        /// The service answered success but left a field as it was.
        case changeIgnored = "change-ignored"
        /// A page has rows that were not asked for, or a walk over all pages does not come to an end.
        case unstableListing = "unstable-listing"
        /// This hub does not have what was asked for.
        case unsupported = "unsupported"
        /// The call makes no sense; nothing was sent.
        case invalidRequest = "invalid-request"
        /// A local file could not be read or written.
        case file = "file"
    }

    /// What kind of error it is.
    public let code: Code
    /// One sentence that a data owner can act on.
    public let message: String
    /// The service that was called.
    public var service: HubService?
    /// The method of the request.
    public var method: HTTPMethod?
    /// The path of the request, without its query.
    public var path: String?
    /// The status of the response, if there was one.
    public var status: Int?
    /// What the server said, if it was a JSON object.
    public var response: HubErrorResponse?
    /// The headers of the response, if there was one.
    public var headers: HTTPHeaders?
    /// The first kilobyte of the body.
    public var bodyExcerpt: String?
    /// How long the server asks to leave it alone.
    public var retryAfter: Duration?
    /// The cause.
    public var underlying: (any Error)?

    /// An error of a kind, with a sentence about it.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool {
        switch code {
        case .transport: (underlying as? HTTPError)?.isTransient ?? true
        case .server, .rateLimited, .unstableListing: true
        default: false
        }
    }
}

extension FlameHubError {
    /// How long the server's own words may be: 300 characters.
    private static let maximumReason = 300

    /// Why the server refuses, in its own words: what is wrong with single fields, or which permission is missing. Printable, and
    /// cut; `nil` if it did not say.
    public var reason: String? {
        guard let response else { return nil }
        var words: [String] = []
        for issue in response.flattenedIssues {
            guard let text = issue.sentence, !words.contains(text) else { continue }
            words.append(text)
        }
        let isSaidByIssues =
            response.message?.hasPrefix("Propert") == true || response.message?.hasPrefix("The input") == true
        if let message = response.message, !message.isEmpty, !(isSaidByIssues && !words.isEmpty), message != "Not Found"
        {
            words.insert(message, at: 0)
        }
        guard !words.isEmpty else { return nil }
        let text = words.prefix(4).joined(separator: "; ")
        return (text.hasSuffix(".") ? String(text.dropLast()) : text).printable(limit: Self.maximumReason)
    }
}

extension HubIssue {
    /// The issue in one line, with the field that it is about.
    fileprivate var sentence: String? {
        guard let message, !message.isEmpty else { return nil }
        return path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
    }
}

extension FlameHubError: CustomStringConvertible {
    /// The message, the server's reason, and the request that it is about.
    public var description: String {
        var parts: [String] = []
        if let method, let path { parts.append("\(method) \(service.map { "\($0) " } ?? "")\(path)") }
        if let status { parts.append("status \(status)") }
        var sentence = message
        if let reason { sentence = "\(message.hasSuffix(".") ? String(message.dropLast()) : message): \(reason)." }
        return parts.isEmpty ? sentence : "\(sentence) (\(parts.joined(separator: ", ")))"
    }
}
