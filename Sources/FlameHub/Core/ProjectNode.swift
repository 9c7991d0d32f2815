// SPDX-License-Identifier: Apache-2.0

/// A node's part in a project, which the data owner approves (flame-hub.md, 4.5).
public struct ProjectNode: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<ProjectNode>
    /// The project.
    public let projectID: HubID<Project>
    /// The node.
    public let nodeID: HubID<Node>
    /// The data owner's decision; none while it is open.
    public let approvalStatus: ApprovalStatus?
    /// What the data owner said about it.
    public let comment: String?
    /// The realm of the project.
    public let projectRealmID: HubID<Realm>?
    /// The realm of the node.
    public let nodeRealmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The node. Embedded on demand.
    public let node: Node?
    /// The project. Embedded on demand.
    public let project: Project?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The project.
        public var projectID: HubID<Project>
        /// The node.
        public var nodeID: HubID<Node>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case projectID, nodeID }

        /// What the Hub must be told; the rest it can fill in.
        public init(projectID: HubID<Project>, nodeID: HubID<Node>) {
            self.projectID = projectID
            self.nodeID = nodeID
        }
    }

    /// What the data owner may change; the node's own client may not.
    public struct Changes: ChangeSet {
        /// The decision; null opens it again.
        public var approvalStatus: Update<ApprovalStatus> = .unset
        /// 3 to 4,096 characters.
        public var comment: Update<String> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = TimeSortKeys

    /// The last part of its path.
    public static let collection = "project-nodes"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "approvalStatus", "projectId", "projectRealmId", "nodeId", "nodeRealmId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<ProjectNode>] { [.node, .project] }
}

extension Filter where Record == ProjectNode {
    /// The data owner's decision.
    public static var approvalStatus: FilterKey<Record, ApprovalStatus> { .init("approvalStatus") }
    /// The project.
    public static var projectID: FilterKey<Record, HubID<Project>> { .init("projectId") }
    /// The realm of the project.
    public static var projectRealmID: FilterKey<Record, HubID<Realm>> { .init("projectRealmId") }
    /// The node.
    public static var nodeID: FilterKey<Record, HubID<Node>> { .init("nodeId") }
    /// The realm of the node.
    public static var nodeRealmID: FilterKey<Record, HubID<Realm>> { .init("nodeRealmId") }
    /// Conditions on the embedded record `node`.
    public static func node(_ filter: Filter<Node>) -> Self { related("node", filter) }
    /// Conditions on the embedded record `project`.
    public static func project(_ filter: Filter<Project>) -> Self { related("project", filter) }
}

extension Relation where Record == ProjectNode {
    /// The node.
    public static var node: Self { .init("node", Node.self) }
    /// The project.
    public static var project: Self { .init("project", Project.self) }
}
