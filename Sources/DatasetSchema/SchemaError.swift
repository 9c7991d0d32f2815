// SPDX-License-Identifier: Apache-2.0

/// What went wrong while a schema was read or generated.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// The kind of fault. Codes can be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case file
            case invalid
            case tooLarge = "too-large"
            case cancelled
        }

        private let value: Value

        /// The file can't be read.
        public static let file = Code(value: .file)
        /// The content is not what it has to be.
        public static let invalid = Code(value: .invalid)
        /// The content is beyond one of ``SchemaLimits``.
        public static let tooLarge = Code(value: .tooLarge)
        /// Nobody wanted the result any more.
        public static let cancelled = Code(value: .cancelled)

        /// The code's word.
        public var description: String { value.rawValue }
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence that a data owner can act on.
    public let message: String
    /// What the data owner can do about it, such as an option of the dataset.
    public let hint: String?
    /// What caused it, if it came from below.
    public let underlying: (any Error)?

    package init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.underlying = underlying
    }

    /// The message, with what can be done.
    public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
