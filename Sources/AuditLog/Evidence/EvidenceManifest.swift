/// What an evidence bundle holds; written as `bundle.json`.
public struct EvidenceManifest: Sendable, Hashable, Codable {
    /// The format's name and version.
    public static let format = "pod-agent-audit-bundle/v1"

    /// The format's name and version.
    public let format: String
    /// The log's name.
    public let origin: String
    /// How many entries the checkpoint in the bundle covers.
    public let size: Int64
    /// How many entries are in the bundle.
    public let entries: Int64
    /// The first of them, if they are in a row and proved as such; nil if each has a proof of its own.
    public let first: Int64?
}
