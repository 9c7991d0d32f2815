// SPDX-License-Identifier: Apache-2.0

/// Something that happened to a node's part in an analysis (flame-hub.md, 5.7). Read its row for
/// what the Hub says about it.
public struct AnalysisNodeEvent: HubRecord {
    /// The id.
    public let id: HubID<AnalysisNodeEvent>
    /// The analysis.
    public let analysisID: HubID<Analysis>?
    /// The node.
    public let nodeID: HubID<Node>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The analysis. Embedded on demand.
    public let analysis: Analysis?
    /// The node. Embedded on demand.
    public let node: Node?

    /// What lists of it can be sorted by.
    public typealias SortKeys = TimeSortKeys

    /// The last part of its path.
    public static let collection = "analysis-node-events"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["analysisId", "nodeId"]
    /// What can be embedded.
    public static var relations: [Relation<AnalysisNodeEvent>] { [.analysis, .node] }
}

extension Filter where Record == AnalysisNodeEvent {
    /// The analysis.
    public static var analysisID: FilterKey<Record, HubID<Analysis>> { .init("analysisId") }
    /// The node.
    public static var nodeID: FilterKey<Record, HubID<Node>> { .init("nodeId") }
    /// Conditions on the embedded record `analysis`.
    public static func analysis(_ filter: Filter<Analysis>) -> Self { related("analysis", filter) }
    /// Conditions on the embedded record `node`.
    public static func node(_ filter: Filter<Node>) -> Self { related("node", filter) }
}

extension Relation where Record == AnalysisNodeEvent {
    /// The analysis.
    public static var analysis: Self { .init("analysis", Analysis.self) }
    /// The node.
    public static var node: Self { .init("node", Node.self) }
}
