/// Who exports, as the views name it.
public struct AuditExportSource: Sendable {
    /// The machine's name.
    public var host: String
    /// The agent's version.
    public var version: String

    /// Creates a source.
    public init(host: String, version: String) {
        self.host = host
        self.version = version
    }
}
