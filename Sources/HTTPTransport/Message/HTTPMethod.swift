// SPDX-License-Identifier: Apache-2.0

/// The method of a request: a token of upper-case letters, such as `GET`.
public struct HTTPMethod: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The method as it is sent.
    public let rawValue: String

    /// Takes any text; a request whose method isn't a token is refused when it is sent.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The method as it is sent.
    public var description: String { rawValue }

    /// `GET`
    public static let get = HTTPMethod(rawValue: "GET")
    /// `HEAD`
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// `POST`
    public static let post = HTTPMethod(rawValue: "POST")
    /// `PUT`
    public static let put = HTTPMethod(rawValue: "PUT")
    /// `PATCH`
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// `DELETE`
    public static let delete = HTTPMethod(rawValue: "DELETE")

    /// Whether sending the same request twice has the effect of sending it once (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool {
        ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(rawValue)
    }

    /// Whether a request of this method without a body still says `Content-Length: 0`.
    var expectsBody: Bool {
        self == .post || self == .put || self == .patch
    }
}
