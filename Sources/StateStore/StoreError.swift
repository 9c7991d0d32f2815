// SPDX-License-Identifier: Apache-2.0

import GRDB
import Glibc
package import SystemFiles

/// What went wrong in the agent's state database.
///
/// `description` shows the code and the sentence only; the underlying error, which can name file paths and SQL, is
/// shown through `String(reflecting:)`. Neither ever holds a payload, a reply or an argument of a statement.
public struct StoreError: Error, Sendable {
    /// The kind of fault, for callers that act on it.
    public enum Code: String, Sendable, CaseIterable {
        /// The inbox row has its decision; a second one is never made.
        case alreadyDecided = "already-decided"
        /// No row has this id.
        case unknownRow = "unknown-row"
        /// Another process, or another part of this one, has this state open.
        case alreadyOpen = "already-open"
        /// The store was closed, or is about to be.
        case closed = "closed"
        /// More writes wait than the named limit allows.
        case overloaded = "overloaded"
        /// The file was written by a newer version of the agent.
        case newerSchema = "newer-schema"
        /// The file was written by an older version, and a read-only open can't bring it up to date.
        case olderSchema = "older-schema"
        /// The file is an SQLite database, but not one of the agent's.
        case foreignDatabase = "foreign-database"
        /// The file, or an entry in it, is not what was written.
        case damaged = "damaged"
        /// No space is left for the write.
        case diskFull = "disk-full"
        /// Reading or writing the file failed.
        case inputOutput = "input-output"
        /// The file can't be opened with the rights that this process has.
        case inaccessible = "inaccessible"
        /// A rule of the schema forbids the change.
        case constraint = "constraint"
        /// The database is held by someone else for longer than we wait.
        case busy = "busy"
        /// The task that read was cancelled, or the reader was closed meanwhile.
        case cancelled = "cancelled"
        /// A key, note, checkpoint or proof is not of the form that its format demands.
        case malformed = "malformed"
        /// A signature by a known key is wrong.
        case untrusted = "untrusted"
        /// The key that signs the audit log is lost, or can't be used.
        case keyUnusable = "key-unusable"
        /// The log doesn't contain what was signed here before: an old copy was put back, or it was rewritten.
        case rolledBack = "rolled-back"
        /// SQLite reported something that none of the other codes covers.
        case database = "database"
    }

    /// The kind of fault.
    public let code: Code

    /// One sentence that a data owner can act on.
    public let message: String

    /// What caused it, if it came from below.
    public let underlying: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of fault.
    ///   - message: One sentence that a data owner can act on.
    ///   - underlying: What caused it.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Whether the fault is one of the storage itself, after which nothing can be promised about later writes.
    public var isStorageFault: Bool {
        switch code {
        case .diskFull, .inputOutput, .damaged, .inaccessible, .database: true
        default: false
        }
    }
}

extension StoreError: Equatable {
    /// Errors are equal by their code.
    public static func == (left: StoreError, right: StoreError) -> Bool {
        left.code == right.code
    }
}

extension StoreError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The code and the sentence.
    public var description: String { "\(code.rawValue): \(message)" }

    /// The code, the sentence and the cause.
    public var debugDescription: String {
        guard let underlying else { return description }
        return "\(description) (\(String(reflecting: underlying)))"
    }
}

extension StoreError {
    /// Puts any error of the layer below into this module's words.
    package init(_ error: any Error, while action: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as FileError:
            self = StoreError(error)
        case let error as DatabaseError:
            self = StoreError(database: error, while: action)
        case is CancellationError:
            self = StoreError(.cancelled, "It was interrupted while \(action).", underlying: error)
        default:
            self = StoreError(.inputOutput, "The state database failed while \(action).", underlying: error)
        }
    }

    private init(database error: DatabaseError, while action: String) {
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .diskFull,
                "No disk space is left while \(action); free some space on the state directory's disk.",
                underlying: error
            )
        case .SQLITE_IOERR:
            self.init(
                .inputOutput,
                "The disk reported an error while \(action); check the disk and the system log.",
                underlying: error
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged,
                "The state database is damaged (noticed while \(action)).",
                underlying: error
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                .inaccessible,
                "The state database can't be opened or written while \(action); check its owner and mode.",
                underlying: error
            )
        case .SQLITE_INTERRUPT:
            self.init(.cancelled, "It was interrupted while \(action).", underlying: error)
        case .SQLITE_CONSTRAINT:
            self.init(.constraint, "A rule of the database forbids \(action).", underlying: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "The state database is held by another process while \(action).", underlying: error)
        default:
            self.init(.database, "The state database failed while \(action).", underlying: error)
        }
    }

    /// Runs `body` and puts what it throws into this module's words.
    package static func wrapping<Value>(_ action: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, while: action)
        }
    }
}

extension StoreError {
    /// An error of a system call, told with the system's own words.
    package init(systemError: Int32, _ what: String) {
        self.init(Self.code(systemError), "\(what): \(SystemError(number: systemError)).")
    }

    /// A fault of a file, told with its own sentence.
    package init(_ error: FileError) {
        let code: Code =
            switch error.code {
            case .missing, .exists, .notPrivate: .inaccessible
            case .locked: .alreadyOpen
            case .failed: error.reason.map { Self.code($0.number) } ?? .inputOutput
            }
        self.init(code, "\(error).", underlying: error)
    }

    private static func code(_ systemError: Int32) -> Code {
        switch systemError {
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ELOOP: .inaccessible
        default: .inputOutput
        }
    }
}
