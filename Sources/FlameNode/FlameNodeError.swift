// SPDX-License-Identifier: Apache-2.0

/// Why something can't be done at the FLAME node.
public struct FlameNodeError: Error, Sendable, CustomStringConvertible {
    /// The kind of fault. Codes can be added.
    public struct Code: Sendable, Hashable {
        private enum Value: String {
            case usage = "usage"
            case input = "input"
            case changed = "changed"
            case denied = "denied"
            case unavailable = "unavailable"
            case configuration = "configuration"
        }

        private let value: Value

        /// What the audit log calls it.
        var word: String { value.rawValue }

        /// What was asked makes no sense.
        public static let usage = Code(value: .usage)
        /// What was named is not there.
        public static let input = Code(value: .input)
        /// What was decided about changed since it was shown.
        public static let changed = Code(value: .changed)
        /// It may not be done.
        public static let denied = Code(value: .denied)
        /// The Hub has not told yet what is needed for it.
        public static let unavailable = Code(value: .unavailable)
        /// The configuration doesn't allow it, or means nothing that the Hub knows.
        public static let configuration = Code(value: .configuration)
    }

    /// The kind of fault.
    public let code: Code
    /// What went wrong, in one line.
    public let message: String
    /// What the operator can do about it.
    public let hint: String?
    /// What it was caused by.
    public let underlying: (any Error)?

    init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}
