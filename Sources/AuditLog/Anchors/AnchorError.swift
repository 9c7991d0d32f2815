import Foundation

/// Why an anchor couldn't be shown a checkpoint.
public struct AnchorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable {
        /// The address can't be found or reached, or the connection broke.
        case unreachable
        /// The other side refused.
        case refused
        /// The setting is wrong.
        case invalid
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence that a data owner can act on.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ code: Code, systemError: Int32, _ what: String) {
        self.init(code, "\(what): \(String(cString: strerror(systemError))).")
    }

    /// The code and the sentence.
    public var description: String { "\(code.rawValue): \(message)" }
}
