// SPDX-License-Identifier: Apache-2.0

/// What went wrong while a schema was read or generated.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// The kind of fault. Codes can be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case file
            case invalid
            case tooLarge = "too-large"
        }

        private let value: Value

        /// The file can't be read.
        public static let file = Code(value: .file)
        /// The content is not what it has to be.
        public static let invalid = Code(value: .invalid)
        /// The content is beyond one of ``SchemaLimits``.
        public static let tooLarge = Code(value: .tooLarge)

        /// The code's word.
        public var description: String { value.rawValue }
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence that a data owner can act on.
    public let message: String
    /// What caused it, if it came from below.
    public let underlying: (any Error)?

    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}
