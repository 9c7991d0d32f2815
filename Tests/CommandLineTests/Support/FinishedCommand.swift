// SPDX-License-Identifier: Apache-2.0

/// What a command said, and how it ended.
struct FinishedCommand: Sendable {
    let standardOutput: String
    let standardError: String
    let exitCode: Int32
}
