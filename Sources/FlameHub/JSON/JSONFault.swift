/// Why bytes were refused as JSON, and where.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Code: String, Sendable {
        /// The bytes end inside a value.
        case truncated
        /// A byte that the grammar does not allow here, bytes behind the value, or a control character in a text.
        case unexpectedByte = "unexpected-byte"
        /// A text that is not UTF-8, or an escape that does not exist.
        case invalidText = "invalid-text"
        /// A number beyond the range of a double.
        case numberOutOfRange = "number-out-of-range"
        /// Lists and objects nested deeper than the limit.
        case tooDeep = "too-deep"
        /// The same key twice in one object: two readers could disagree on what it says.
        case duplicateKey = "duplicate-key"
    }

    /// What is wrong.
    public let code: Code
    /// Where in the bytes, counted from 0.
    public let offset: Int

    /// Names the fault and its place, never the content.
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}
