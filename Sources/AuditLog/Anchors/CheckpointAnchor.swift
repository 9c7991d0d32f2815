// SPDX-License-Identifier: Apache-2.0

import SystemFiles

/// Somewhere outside the database where checkpoints are shown. Whoever holds one can tell if the log before it was ever
/// changed, cut off or put back.
public protocol CheckpointAnchor: Sendable {
    /// What to call it in status and metrics, such as `journald` or `syslog tls://log.example.com:6514`; no secrets.
    var name: String { get }

    /// Shows a checkpoint; returns when it was handed over.
    func publish(_ checkpoint: SignedCheckpoint) async throws
}

/// How an anchor is doing.
public struct AnchorStatus: Sendable {
    /// The anchor's name.
    public let name: String
    /// How many entries the last checkpoint covers that it was shown; nil before the first.
    public internal(set) var size: Int64?
    /// Why it couldn't be shown the newest one; nil if it was.
    public internal(set) var fault: (any Error)?
    /// How often in a row showing failed.
    public internal(set) var failures = 0
}

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
        self.init(code, "\(what): \(SystemError(number: systemError)).")
    }

    /// The code and the sentence.
    public var description: String { "\(code.rawValue): \(message)" }
}
