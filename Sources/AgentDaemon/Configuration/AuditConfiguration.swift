// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import Foundation

/// How the audit log is kept and made provable.
public struct AuditConfiguration: Sendable {
    /// How modellers' names are put into entries; default plain.
    public var modellerNames: ModellerNames
    /// A checkpoint is signed after so many entries; default 256.
    public var checkpointEntries: Int
    /// A checkpoint is signed this long after the first unsigned entry; default 60 s.
    public var checkpointInterval: Duration
    /// How long one signing key is used; default 30 d. Who steals the present key can't rewrite what an earlier one signed.
    public var keyRotation: Duration
    /// How old entries are when they are moved to the archive directory; `nil`, the default, means never.
    public var retention: Duration?
    /// Where old entries are moved to; default `audit/archive` in the state directory.
    public var archiveDirectory: URL
    /// Where checkpoints are shown outside of the state directory; default none.
    public var anchors: [AnchorConfiguration]

    init(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths,
        stateDirectory: URL
    ) throws(ConfigurationError) {
        func duration(_ name: String) throws(ConfigurationError) -> Duration? {
            try section.value(
                name,
                expected: "a duration such as 30d, at least 1s",
                parse: { ConfigurationValues.duration($0, least: .seconds(1)) }
            )
        }
        modellerNames =
            try section.value("modeller_names", expected: "plain or erasable") { text -> ModellerNames? in
                ["plain": .plain, "erasable": .erasable][text]
            } ?? .plain
        checkpointEntries =
            try section.value(
                "checkpoint_entries",
                expected: "a whole number greater than zero",
                parse: ConfigurationValues.count
            ) ?? 256
        checkpointInterval = try duration("checkpoint_interval") ?? .seconds(60)
        keyRotation = try duration("key_rotation") ?? .seconds(30 * 86_400)
        retention = try duration("retention")
        archiveDirectory =
            try section.value("archive_directory", expected: "a path", parse: paths.resolve)
            ?? stateDirectory.appendingPathComponent("audit/archive")
        var anchors: [AnchorConfiguration] = []
        for anchor in try section.sections("anchors") {
            anchors.append(try AnchorConfiguration(anchor, paths: paths))
        }
        self.anchors = anchors
        try section.finish()
    }
}
