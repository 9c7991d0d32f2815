// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A URL as it may be shown in errors and logs: without user info and fragment, query values replaced by `…`.
///
/// Pre-signed storage URLs carry their signature in the query.
public struct RedactedURL: Sendable, Hashable, CustomStringConvertible {
    /// The text to show, at most ``maximumLength`` characters.
    public let description: String

    /// The most characters that are shown; the rest is cut off.
    public static let maximumLength = 512

    /// Redacts a URL.
    public init(_ url: URL) {
        var text = ""
        if let scheme = url.scheme { text += scheme + "://" }
        if let host = url.host(percentEncoded: true) { text += host.contains(":") ? "[\(host)]" : host }
        if let port = url.port { text += ":\(port)" }
        text += url.path(percentEncoded: true)
        if let query = url.query(percentEncoded: true) {
            text += "?" + query.split(separator: "&").map(Self.redact).joined(separator: "&")
        }
        description = text.count > Self.maximumLength ? text.prefix(Self.maximumLength - 1) + "…" : text
    }

    private static func redact(_ item: Substring) -> String {
        // An item without a name could be nothing but a secret.
        guard let equals = item.firstIndex(of: "=") else { return "…" }
        return item[...equals] + "…"
    }
}
