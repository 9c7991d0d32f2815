// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not an acceptable MessagePack value.
public struct MessagePackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Code: String, Sendable, Hashable {
        /// The bytes end before the value does.
        case truncated = "truncated"
        /// Bytes follow the value.
        case trailingBytes = "trailing-bytes"
        /// A byte that starts no value (`0xC1`).
        case reservedByte = "reserved-byte"
        /// Text that is not UTF-8.
        case invalidText = "invalid-text"
        /// A map key that is not text.
        case keyNotText = "key-not-text"
        /// A map that has the same key twice.
        case duplicateKey = "duplicate-key"
        /// An extension type, where none is allowed.
        case extensionRefused = "extension-refused"
        /// More nesting, more bytes or more elements than ``MessagePackLimits`` allows.
        case limitExceeded = "limit-exceeded"
    }

    /// What kind of fault it is.
    public let code: Code
    /// One sentence for people; it never quotes the bytes.
    public let message: String
    /// Where in the bytes the fault was noticed.
    public let offset: Int

    /// The code, the sentence and the place.
    public var description: String { "\(message) (\(code.rawValue) at byte \(offset))" }
}
