// SPDX-License-Identifier: Apache-2.0

/// Why bytes can't be compressed or are not an acceptable zstd frame.
public struct ZstandardError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Code: String, Sendable, Hashable {
        /// The bytes do not start with `28 B5 2F FD`.
        case notZstandard = "not-zstandard"
        /// The frame does not say how long its content is.
        case sizeNotDeclared = "size-not-declared"
        /// The content is, or claims to be, longer than allowed, or the frame asks for too large a window.
        case limitExceeded = "limit-exceeded"
        /// The frame is cut short or damaged.
        case damaged = "damaged"
        /// The library could not do its work, for want of memory or because of wrong parameters.
        case failed = "failed"
    }

    /// What kind of fault it is.
    public let code: Code
    /// One sentence for people; it never quotes the bytes.
    public let message: String

    /// The sentence and the code.
    public var description: String { "\(message) (\(code.rawValue))" }
}
