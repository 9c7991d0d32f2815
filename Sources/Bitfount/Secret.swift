// SPDX-License-Identifier: Apache-2.0

/// A text that must never reach a log, an error or a crash report: a key, a token, a code.
public struct Secret: Sendable, Equatable {
    private let value: String

    /// Wraps a secret text.
    public init(_ value: String) {
        self.value = value
    }

    /// The text itself. Call this only where the secret is put on the wire or into its file.
    public func reveal() -> String {
        value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<redacted>`.
    public var description: String { "<redacted>" }
    /// `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// Without this, `dump` and `String(reflecting:)` of an enclosing value would show the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Decodable {
    /// Wraps a string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
