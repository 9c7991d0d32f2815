// SPDX-License-Identifier: Apache-2.0

/// One fault of a policy file: where it stands, and what was expected there.
public struct PolicyFault: Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1; `nil` where the whole file is at fault.
    public let line: Int?
    /// The key with what it stands in, such as `rules[2].when.hours`; empty where no single key is at fault.
    public let key: String
    /// What was expected, and what was found where that helps.
    public let problem: String

    /// Describes a fault.
    public init(line: Int?, key: String = "", problem: String) {
        self.line = line
        self.key = key
        self.problem = problem
    }

    /// `12: rules[2].when.hours: expected …`
    public var description: String {
        [line.map(String.init), key.isEmpty ? nil : key, problem].compactMap { $0 }.joined(separator: ": ")
    }
}

/// Why a policy file is refused: all of its faults, in the order of the lines; at least one.
public struct PolicyFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults.
    public let faults: [PolicyFault]

    /// One fault a line.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
