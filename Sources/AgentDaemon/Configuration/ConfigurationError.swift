// SPDX-License-Identifier: Apache-2.0

/// A configuration that the agent refuses: where it stands, which key, and what was expected there.
///
/// The command line shows it as one line and exits with 78 (`EX_CONFIG`).
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file, or the environment variable as `$NAME`, that holds the value.
    public let source: String
    /// The line in the file, counted from 1; `nil` for a variable or a file that can't be read.
    public let line: Int?
    /// The key with its sections, such as `limits.task_deadline`; empty when no single key is at fault.
    public let key: String
    /// What was expected, and what was found where that helps. Never the value of a secret.
    public let problem: String

    /// Describes one fault.
    public init(source: String, line: Int? = nil, key: String = "", problem: String) {
        self.source = source
        self.line = line
        self.key = key
        self.problem = problem
    }

    /// `agent.yaml:12: limits.task_deadline: expected …`
    public var description: String {
        var parts = [line.map { "\(source):\($0)" } ?? source]
        if !key.isEmpty { parts.append(key) }
        parts.append(problem)
        return parts.joined(separator: ": ")
    }
}
