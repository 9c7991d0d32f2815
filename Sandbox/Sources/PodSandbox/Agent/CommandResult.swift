// SPDX-License-Identifier: Apache-2.0

/// What a command said, and how it ended.
package struct CommandResult: Sendable {
    /// Its standard output.
    package let output: String
    /// Its standard error.
    package let errors: String
    /// Its exit status.
    package let status: Int32
}
