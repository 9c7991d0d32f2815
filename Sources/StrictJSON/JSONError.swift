// SPDX-License-Identifier: Apache-2.0

/// Why a text is no acceptable JSON, or a value can't be written as JSON.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of error.
    public enum Code: String, Sendable {
        /// The text is not JSON, or two readers could disagree about it.
        case malformed
        /// The text is, or would be, longer than allowed.
        case tooLarge = "too-large"
        /// The value is one that JSON lacks: binary data, a number that is not finite.
        case notExpressible = "not-expressible"
    }

    /// What went wrong.
    public let code: Code
    /// What exactly; never a part of the text.
    public let reason: String
    /// At which byte of the text that was read, from 0.
    public let offset: Int?

    init(_ code: Code, _ reason: String, offset: Int? = nil) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    /// The reason and its place.
    public var description: String {
        offset.map { "\(reason) at byte \($0)" } ?? reason
    }
}
