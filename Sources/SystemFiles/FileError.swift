// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a file can't be used.
public struct FileError: Error, Sendable, Hashable {
    /// What kind of fault it is.
    public enum Code: String, Sendable, CaseIterable {
        /// There is nothing of this name.
        case missing
        /// There is something of this name already, and it is not to be overwritten.
        case exists
        /// The file or its directory is open to other accounts.
        case notPrivate = "not-private"
        /// Another process holds the lock.
        case locked
        /// It can't be read or written.
        case failed
    }

    /// What kind of fault it is.
    public let code: Code
    /// What is wrong with which file, for a data owner, without a full stop.
    public let message: String
    /// The operating system's reason, if it gave one.
    public let reason: SystemError?

    /// An error without or with a reason.
    public init(_ code: Code, _ message: String, reason: SystemError? = nil) {
        self.code = code
        self.message = message
        self.reason = reason
    }

    /// What this thread's last failed call did not do to a file, such as `opened`.
    init(_ path: String, cannotBe participle: String) {
        let reason = SystemError.last
        self.init(
            reason.number == ENOENT ? .missing : .failed,
            "\(path) can't be \(participle)",
            reason: reason
        )
    }
}

extension FileError: CustomStringConvertible {
    /// The sentence with the operating system's reason.
    public var description: String {
        reason.map { "\(message): \($0)" } ?? message
    }
}
