// SPDX-License-Identifier: Apache-2.0

import Foundation
public import HTTPTransport

/// What went wrong between this program and Bitfount, as a value that can be shown to a data owner.
///
/// `description` holds the message, the method, the redacted URL and the status, never a body, a token or a
/// key; the start of a refused response is in `bodyExcerpt` for `--verbose` output only.
public struct BitfountError: Error, Sendable {
    /// The kinds of failure a caller may want to tell apart.
    public enum Code: String, Sendable, CaseIterable {
        /// An argument that cannot be sent; nothing was sent.
        case invalidArgument
        /// Something larger than the service takes, found before any byte was sent.
        case tooLarge
        /// There is no usable login: none was made, it expired, or the identity provider refused to renew it.
        case notLoggedIn
        /// The login belongs to another user than the configured one.
        case wrongUser
        /// The identity provider refused a code or a device login.
        case identityRefused
        /// HTTP 401.
        case unauthorized
        /// HTTP 403.
        case forbidden
        /// HTTP 404.
        case notFound
        /// HTTP 409.
        case conflict
        /// HTTP 413.
        case payloadTooLarge
        /// HTTP 429, after the retries.
        case rateLimited
        /// HTTP 5xx, after the retries.
        case serverFailure
        /// Any other status that the call does not know as success.
        case unexpectedStatus
        /// The service answered, and said in the body that it failed.
        case refused
        /// A response that is not what the service promises: no JSON, wrong types, missing fields.
        case malformedResponse
        /// No connection could be made, or it broke.
        case unreachable
        /// No answer came in time.
        case timedOut
        /// The surrounding task was cancelled.
        case cancelled
        /// Downloaded bytes do not have the announced hash.
        case hashMismatch
        /// A file could not be read or written.
        case file
    }

    /// What kind of failure this is.
    public var code: Code
    /// One sentence that a data owner can act on.
    public var message: String
    /// The HTTP method, if a request was made or tried.
    public var method: HTTPMethod?
    /// The URL without user info and query values, if a request was made or tried.
    public var url: RedactedURL?
    /// The HTTP status, if one was received.
    public var status: Int?
    /// The start of a refused response, at most 1 KiB of the peer's text. Never part of `description`.
    public var bodyExcerpt: String?
    /// The failure below this one.
    public var underlying: (any Error)?

    /// Makes an error that stands for itself.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Whether the same call may succeed later without anybody changing anything.
    public var isTransient: Bool {
        switch code {
        case .unreachable, .timedOut, .rateLimited, .serverFailure: true
        default: false
        }
    }
}

extension BitfountError: Equatable {
    /// Errors are equal when they have the same code and status: texts and causes are for people.
    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.status == right.status
    }
}

extension BitfountError: CustomStringConvertible {
    /// The message and the request it belongs to.
    public var description: String {
        var text = message
        if let method, let url {
            text += " [\(method) \(url)"
            if let status { text += ": HTTP \(status)" }
            text += "]"
        }
        return text
    }
}
