// SPDX-License-Identifier: Apache-2.0

/// A node's part in an analysis: the data owner approves it, the node reports on it (flame-hub.md, 4.7).
public struct AnalysisNode: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<AnalysisNode>
    /// The analysis.
    public let analysisID: HubID<Analysis>
    /// The node.
    public let nodeID: HubID<Node>
    /// The data owner's decision; none while it is open.
    public let approvalStatus: ApprovalStatus?
    /// What the data owner said about it.
    public let comment: String?
    /// How far the node is.
    public let executionStatus: ProcessStatus?
    /// Percent.
    public let executionProgress: Int?
    /// The tag of the image for this node.
    public let artifactTag: String?
    /// The digest of the image for this node.
    public let artifactDigest: String?
    /// The realm of the analysis.
    public let analysisRealmID: HubID<Realm>?
    /// The realm of the node.
    public let nodeRealmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The analysis; its project is not embedded in turn. Embedded on demand.
    public let analysis: Analysis?
    /// The node. Embedded on demand.
    public let node: Node?

    /// The assignment of a node. From hub 0.10.1 on an assignment that exists already is given back.
    public struct Draft: CreationDraft {
        /// The analysis.
        public var analysisID: HubID<Analysis>
        /// The node.
        public var nodeID: HubID<Node>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case analysisID, nodeID }

        /// What the Hub must be told; the rest it can fill in.
        public init(analysisID: HubID<Analysis>, nodeID: HubID<Node>) {
            self.analysisID = analysisID
            self.nodeID = nodeID
        }
    }

    /// What may be changed. The node's own client may report how far it is, and the whole change is refused if it
    /// also names the decision or the comment (flame-hub.md, 5.5).
    public struct Changes: ChangeSet {
        /// The decision; null opens it again.
        public var approvalStatus: Update<ApprovalStatus> = .unset
        /// What the data owner says about it.
        public var comment: Update<String> = .unset
        /// How far the node is.
        public var executionStatus: Update<ProcessStatus> = .unset
        /// Percent, 0 to 100.
        public var executionProgress: Update<Int> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = TimeSortKeys

    /// The last part of its path.
    public static let collection = "analysis-nodes"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "executionStatus", "approvalStatus", "analysisId", "analysisRealmId", "nodeId", "nodeRealmId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<AnalysisNode>] { [.analysis, .node] }
    /// What older hubs call some fields.
    public static let renames: [FieldRename] = [
        .init("executionStatus", otherwise: "runStatus", since: .clientsForNodes, words: ProcessStatus.formerWords)
    ]
}

extension Filter where Record == AnalysisNode {
    /// How far the node is.
    public static var executionStatus: FilterKey<Record, ProcessStatus> { .init("executionStatus") }
    /// The data owner's decision.
    public static var approvalStatus: FilterKey<Record, ApprovalStatus> { .init("approvalStatus") }
    /// The analysis.
    public static var analysisID: FilterKey<Record, HubID<Analysis>> { .init("analysisId") }
    /// The realm of the analysis.
    public static var analysisRealmID: FilterKey<Record, HubID<Realm>> { .init("analysisRealmId") }
    /// The node.
    public static var nodeID: FilterKey<Record, HubID<Node>> { .init("nodeId") }
    /// The realm of the node.
    public static var nodeRealmID: FilterKey<Record, HubID<Realm>> { .init("nodeRealmId") }
    /// Conditions on the embedded record `analysis`.
    public static func analysis(_ filter: Filter<Analysis>) -> Self { related("analysis", filter) }
    /// Conditions on the embedded record `node`.
    public static func node(_ filter: Filter<Node>) -> Self { related("node", filter) }
}

extension Relation where Record == AnalysisNode {
    /// The analysis; its project is not embedded in turn.
    public static var analysis: Self { .init("analysis", Analysis.self) }
    /// The node.
    public static var node: Self { .init("node", Node.self) }
}
