import FlameHub

/// What a data owner saw when deciding. A decision is written only if the Hub still shows the same (flame-hub.md, 6.8):
/// otherwise it is shown again.
public struct DecisionSnapshot: Sendable, Equatable, Codable {
    /// The id of the row.
    public let rowID: String
    /// When the row was last written, in the server's text.
    public let updatedAt: String?
    /// The decision that was there.
    public let approvalStatus: ApprovalStatus?
    /// The hash of the built image.
    public let buildHash: String?
    /// Whether the code was fixed.
    public let configurationLocked: Bool?

    /// What a project's row shows.
    public init(_ part: ProjectNode) {
        rowID = part.id.text
        updatedAt = part.updatedAt?.text
        approvalStatus = part.approvalStatus
        buildHash = nil
        configurationLocked = nil
    }

    /// What an analysis' row shows. It must be read with the analysis embedded, or the code can't be compared.
    public init(_ part: AnalysisNode) {
        rowID = part.id.text
        updatedAt = part.updatedAt?.text
        approvalStatus = part.approvalStatus
        buildHash = part.analysis?.buildHash
        configurationLocked = part.analysis?.configurationLocked
    }
}
