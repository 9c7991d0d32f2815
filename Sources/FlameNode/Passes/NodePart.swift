// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// A node's part in a project or in an analysis: what a node mirrors, and what its data owner decides about.
public protocol NodePart: Updatable where Changes: DecisionChanges {
    /// The project or the analysis.
    associatedtype Whole: HubRecord

    /// The node.
    var nodeID: HubID<Node> { get }
    /// The project or the analysis; a node has at most one part in each.
    var wholeID: HubID<Whole> { get }
    /// The data owner's decision; none while it is open.
    var approvalStatus: ApprovalStatus? { get }
    /// What the data owner sees of it when deciding.
    var decisionSnapshot: DecisionSnapshot { get }

    /// The parts of a node.
    static func ofNode(_ id: HubID<Node>) -> Filter<Self>
    /// The parts in some projects or analyses.
    static func inWholes(_ ids: [HubID<Whole>]) -> Filter<Self>
    /// The parts that nobody decided about.
    static var undecided: Filter<Self> { get }
    /// What has to be embedded for a decision.
    static var whole: Include<Self> { get }
}

extension ProjectNode: NodePart {
    /// The project.
    public var wholeID: HubID<Project> { projectID }
    /// What the data owner sees of it when deciding.
    public var decisionSnapshot: DecisionSnapshot { DecisionSnapshot(self) }
    /// The parts of a node.
    public static func ofNode(_ id: HubID<Node>) -> Filter<Self> { .nodeID(id) }
    /// The parts in some projects.
    public static func inWholes(_ ids: [HubID<Project>]) -> Filter<Self> { .projectID(in: ids) }
    /// The parts that nobody decided about.
    public static var undecided: Filter<Self> { .approvalStatus.isNull }
    /// The project.
    public static var whole: Include<Self> { [.project] }
}

extension AnalysisNode: NodePart {
    /// The analysis.
    public var wholeID: HubID<Analysis> { analysisID }
    /// What the data owner sees of it when deciding.
    public var decisionSnapshot: DecisionSnapshot { DecisionSnapshot(self) }
    /// The parts of a node.
    public static func ofNode(_ id: HubID<Node>) -> Filter<Self> { .nodeID(id) }
    /// The parts in some analyses.
    public static func inWholes(_ ids: [HubID<Analysis>]) -> Filter<Self> { .analysisID(in: ids) }
    /// The parts that nobody decided about.
    public static var undecided: Filter<Self> { .approvalStatus.isNull }
    /// The analysis.
    public static var whole: Include<Self> { [.analysis] }
}

extension AnalysisNode {
    /// The parts that are approved and not finished: what may run or runs.
    public static var active: Filter<Self> {
        .approvalStatus(.approved) && .executionStatus(nullOrIn: [.starting, .started, .executing, .stopping])
    }
}

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

    enum CodingKeys: String, CodingKey {
        case rowID = "rowID"
        case updatedAt = "updatedAt"
        case approvalStatus = "approvalStatus"
        case buildHash = "buildHash"
        case configurationLocked = "configurationLocked"
    }

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
