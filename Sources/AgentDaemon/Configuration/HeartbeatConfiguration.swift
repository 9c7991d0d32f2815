// SPDX-License-Identifier: Apache-2.0

/// When and how the datasets are reported alive.
public struct HeartbeatConfiguration: Sendable {
    /// What one heartbeat looks like on the wire (bitfount-protocol.md, 6.1).
    public enum Form: String, Sendable, CaseIterable {
        /// One call for all datasets, with the fields of all known generations.
        case superset
        /// One call for each dataset, as the oldest pods make it.
        case oneByOne = "one-by-one"
    }

    /// From the start of one heartbeat to the start of the next, ±10 %; at least 1 s, default 10 s.
    public var interval: Duration
    /// The form; default ``Form/superset``.
    public var form: Form

    init(_ section: ConfigurationSection) throws(ConfigurationError) {
        interval =
            try section.value(
                "interval",
                expected: "a duration such as 10s, at least 1s",
                parse: { ConfigurationValues.duration($0, least: .seconds(1)) }
            ) ?? .seconds(10)
        form =
            try section.value(
                "form",
                expected: Form.allCases.map(\.rawValue).joined(separator: " or "),
                parse: Form.init(rawValue:)
            )
            ?? .superset
        try section.finish()
    }
}
