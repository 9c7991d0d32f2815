import Bitfount

/// An error as the command line shows it: one line, what to do about it, and the exit code.
///
/// The codes are those of `sysexits.h`, since systemd and scripts know them.
public struct AgentFailure: Error, CustomStringConvertible {
    /// The process's exit code.
    public enum ExitCode: Int32, Sendable {
        /// The command was used wrongly (`EX_USAGE`).
        case usage = 64
        /// What was given, received or stored is damaged, changed or of the wrong kind, or is refused for what it is
        /// (`EX_DATAERR`).
        case data = 65
        /// What was named is not there or can't be read (`EX_NOINPUT`).
        case input = 66
        /// A service can't be reached, or is busy with somebody else (`EX_UNAVAILABLE`).
        case unavailable = 69
        /// The disk or the database failed (`EX_IOERR`).
        case inputOutput = 74
        /// The command was interrupted, or what it read changed meanwhile: the same may succeed if it is run again
        /// (`EX_TEMPFAIL`).
        case incomplete = 75
        /// Credentials are missing or refused (`EX_NOPERM`).
        case denied = 77
        /// The configuration is wrong (`EX_CONFIG`).
        case configuration = 78
    }

    /// What the process exits with.
    public let exitCode: ExitCode
    /// What went wrong, in one line.
    public let message: String
    /// What the operator can do about it.
    public let hint: String?
    /// What it was caused by.
    public let underlying: (any Error)?

    /// Describes one failure.
    public init(_ exitCode: ExitCode, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }

    /// The message and all its causes, for `--verbose`.
    public var chain: [String] {
        var lines = [message]
        if let underlying { lines.append(String(reflecting: underlying)) }
        if let said = (underlying as? BitfountError)?.refusal { lines.append("the service said: \(said)") }
        return lines
    }
}

extension BitfountError {
    /// What the service said when it refused a call, on one line. A successful answer may hold secrets and is not shown.
    fileprivate var refusal: String? {
        guard let status, status >= 400, let bodyExcerpt, !bodyExcerpt.isEmpty else { return nil }
        return String(bodyExcerpt.map { $0.isNewline ? " " : $0 })
    }
}
