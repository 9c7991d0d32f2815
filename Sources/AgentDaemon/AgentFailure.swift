// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Cryptography
import DatasetSchema
import FlameHub
import FlameNode
import Foundation
import HTTPTransport
import PrintableText
import StateStore
import SystemFiles

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
        var cause = underlying as? BitfountError
        while let error = cause {
            if let said = error.refusal { lines.append("the service said: \(said)") }
            cause = error.underlying as? BitfountError
        }
        if let said = (underlying as? FlameHubError)?.refusal { lines += said }
        return lines
    }
}

extension FlameHubError {
    /// What the service said when it refused a call: the request's id, if it has one, and the body on one line.
    fileprivate var refusal: [String]? {
        guard let status, status >= 400 else { return nil }
        var lines: [String] = []
        if let id = headers?["X-Request-Id"] { lines.append("the request's id: \(id.printable(limit: 100))") }
        if let bodyExcerpt, !bodyExcerpt.isEmpty { lines.append("the service said: \(bodyExcerpt.printable())") }
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

extension AgentFailure {
    /// The failure that an error of any module stands for.
    public init(describing error: any Error) {
        switch error {
        case let failure as AgentFailure:
            self = failure
        case let error as ConfigurationError:
            self.init(.configuration, error.description, underlying: error)
        case let error as BitfountError:
            self.init(bitfount: error)
        case let error as StoreError:
            self.init(store: error)
        case let error as SchemaError:
            self.init(error.code == .file ? .input : .data, error.message, hint: error.hint, underlying: error)
        case let error as FlameNodeError:
            self.init(flameNode: error)
        case let error as CryptographyError:
            self.init(cryptography: error)
        case let error as FileError:
            self.init(error.code == .notPrivate ? .denied : .inputOutput, error.description, underlying: error)
        case let error as FlameHubError:
            self.init(flame: error)
        case let error as MessageServiceError:
            self.init(messageService: error)
        case let error as HTTPError:
            self.init(http: error)
        case is CancellationError:
            self.init(.incomplete, Self.interrupted, hint: Self.again, underlying: error)
        case let error as CocoaError:
            self.init(.inputOutput, error.localizedDescription, underlying: error)
        default:
            self.init(.unavailable, "unexpected failure: \(error)", underlying: error)
        }
    }

    private static let interrupted = "the command was interrupted before it was done"
    private static let again = "run it again"

    private init(cryptography error: CryptographyError) {
        let code: ExitCode =
            switch error.code {
            case .fileMissing, .fileFailed, .privateKeyMissing: .input
            case .fileNotPrivate: .denied
            case .busy, .failed: .unavailable
            default: .data
            }
        self.init(code, error.message, underlying: error)
    }

    private init(messageService error: MessageServiceError) {
        switch error.code {
        case .invalidEndpoint: self.init(.configuration, error.message, underlying: error)
        case .cancelled: self.init(.incomplete, error.message, hint: Self.again, underlying: error)
        default: self.init(.unavailable, error.message, underlying: error)
        }
    }

    private init(http error: HTTPError) {
        switch error.code {
        case .cancelled: self.init(.incomplete, error.description, hint: Self.again, underlying: error)
        case .file: self.init(.inputOutput, error.description, underlying: error)
        default: self.init(.unavailable, error.description, underlying: error)
        }
    }

    private init(bitfount error: BitfountError) {
        switch error.code {
        case .notLoggedIn, .wrongUser, .identityRefused:
            self.init(.denied, error.message, hint: "run `pod-agent login`", underlying: error)
        case .unauthorized, .forbidden:
            self.init(
                .denied,
                error.description,
                hint: "check the username and the API key, or run `pod-agent login`",
                underlying: error
            )
        case .file, .notFound:
            self.init(.input, error.description, underlying: error)
        case .invalidArgument, .tooLarge, .payloadTooLarge, .hashMismatch, .conflict, .refused:
            self.init(.data, error.description, underlying: error)
        case .cancelled:
            self.init(.incomplete, error.description, hint: Self.again, underlying: error)
        default:
            self.init(.unavailable, error.description, underlying: error)
        }
    }

    private init(flameNode error: FlameNodeError) {
        let exitCode: ExitCode =
            switch error.code {
            case .usage: .usage
            case .denied: .denied
            case .unavailable: .unavailable
            case .configuration: .configuration
            case .changed: .data
            default: .input
            }
        self.init(exitCode, error.message, hint: error.hint, underlying: error)
    }

    private init(flame error: FlameHubError) {
        switch error.code {
        case .authentication, .permission: self.init(.denied, error.description, underlying: error)
        case .notFound, .file: self.init(.input, error.description, underlying: error)
        case .conflict, .rejected, .changeIgnored: self.init(.data, error.description, underlying: error)
        case .unsupported: self.init(.unavailable, error.description, underlying: error)
        case .cancelled, .unstableListing:
            self.init(.incomplete, error.description, hint: Self.again, underlying: error)
        case .invalidRequest: self.init(.usage, error.message, underlying: error)
        default: self.init(.unavailable, error.description, underlying: error)
        }
    }

    private init(store error: StoreError) {
        switch error.code {
        case .unknownRow:
            self.init(.input, error.message, underlying: error)
        case .alreadyOpen:
            self.init(
                .unavailable,
                error.message,
                hint: "stop it, or try again when its command is done",
                underlying: error
            )
        case .busy, .overloaded, .noRoom, .closed:
            self.init(.unavailable, error.message, underlying: error)
        case .cancelled:
            self.init(.incomplete, error.message, hint: Self.again, underlying: error)
        case .newerSchema:
            self.init(.data, error.message, hint: "install the newer version again", underlying: error)
        case .rolledBack:
            self.init(
                .data,
                error.message,
                hint: "put the newest state database back; nothing is recorded on top of an altered log",
                underlying: error
            )
        case .damaged, .foreignDatabase, .olderSchema, .malformed, .untrusted, .keyUnusable, .alreadyDecided,
            .constraint:
            self.init(.data, error.message, underlying: error)
        case .diskFull, .inputOutput, .inaccessible, .database:
            self.init(.inputOutput, error.message, underlying: error)
        }
    }
}
