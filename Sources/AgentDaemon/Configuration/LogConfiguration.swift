// SPDX-License-Identifier: Apache-2.0

public import Logging

/// How the agent logs, always to standard error.
public struct LogConfiguration: Sendable {
    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
        /// People's form on a terminal, JSON otherwise.
        case auto
        /// One sentence a line.
        case text
        /// One JSON object a line.
        case json
    }

    /// The least level that is logged; default `info`.
    public var level: Logger.Level
    /// The form; default ``Format/auto``.
    public var format: Format

    init(_ section: ConfigurationSection) throws(ConfigurationError) {
        level =
            try section.value(
                "level",
                variables: ["BITFOUNT_LOG_LEVEL"],
                expected: Logger.Level.allCases.map(\.rawValue).joined(separator: ", "),
                parse: { Logger.Level(rawValue: $0.lowercased()) }
            ) ?? .info
        format =
            try section.value(
                "format",
                expected: Format.allCases.map(\.rawValue).joined(separator: ", "),
                parse: Format.init(rawValue:)
            ) ?? .auto
        try section.finish()
    }
}
