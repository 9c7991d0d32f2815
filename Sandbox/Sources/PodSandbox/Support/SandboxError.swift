// SPDX-License-Identifier: Apache-2.0

/// What went wrong in the sandbox itself, as opposed to what it answers to a client.
package struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of trouble.
    package enum Code: String, Sendable {
        /// A time limit passed before what was waited for came about.
        case timedOut
        /// A stand-in was asked for its address before it listened.
        case notListening
        /// A file or directory could not be read or written.
        case file
        /// A stand-in answered a scripted modeller with something the protocol does not allow.
        case unexpectedAnswer
        /// A scenario or command was set up in a way that can't work.
        case misuse
        /// The agent's process ended or never became ready.
        case agent
    }

    /// The kind of trouble.
    package let code: Code
    /// One sentence for the person who runs the sandbox.
    package let message: String

    /// An error of the kind `code`.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
