// SPDX-License-Identifier: Apache-2.0

/// A computation on the data of several nodes (flame-hub.md, 4.6).
public struct Analysis: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Analysis>
    /// The name, in lower case.
    public let name: String?
    /// The name for people, from hub 0.10.1 on.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// The project that it belongs to.
    public let projectID: HubID<Project>?
    /// The image that it is built on.
    public let masterImageID: HubID<MasterImage>?
    /// Where its images are kept.
    public let registryID: HubID<Registry>?
    /// The arguments that its program is started with.
    public let imageCommandArguments: [ImageCommandArgument]?
    /// How many nodes it has.
    public let nodes: Int?
    /// How many of them approved it.
    public let nodesApproved: Int?
    /// Whether its code and its nodes can no longer change.
    public let configurationLocked: Bool?
    /// Whether it has an entry point.
    public let configurationEntrypointValid: Bool?
    /// Whether it has an image.
    public let configurationImageValid: Bool?
    /// Whether it has a node that aggregates.
    public let configurationNodeAggregatorValid: Bool?
    /// Whether it has a node with data.
    public let configurationNodeDefaultValid: Bool?
    /// Whether it has the nodes that it needs.
    public let configurationNodesValid: Bool?
    /// Whether its nodes can receive the image. Called `buildNodesValid` up to hub 0.14.
    public let distributionNodesValid: Bool?
    /// How far the building of its image is.
    public let buildStatus: ProcessStatus?
    /// Percent.
    public let buildProgress: Int?
    /// The hash of the image.
    public let buildHash: String?
    /// The operating system of the image.
    public let buildOS: String?
    /// The size of the image in bytes.
    public let buildSize: Int64?
    /// How far the sending of its image to the nodes is.
    public let distributionStatus: ProcessStatus?
    /// Percent.
    public let distributionProgress: Int?
    /// How far all nodes together are.
    public let executionStatus: ProcessStatus?
    /// Percent.
    public let executionProgress: Int?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// Who created it.
    public let userID: HubID<User>?
    /// What it signs in as.
    public let clientID: HubID<Client>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The project that it belongs to. Embedded on demand.
    public let project: Project?
    /// The image that it is built on. Embedded on demand.
    public let masterImage: MasterImage?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The project that it belongs to.
        public var projectID: HubID<Project>
        /// A slug; made up if it is left out.
        public var name: String?
        /// The name for people.
        public var displayName: String?
        /// A description.
        public var description: String?
        /// The image that it is built on.
        public var masterImageID: HubID<MasterImage>?
        /// Where its images are kept; can't be changed later.
        public var registryID: HubID<Registry>?
        /// The arguments that its program is started with.
        public var imageCommandArguments: [ImageCommandArgument]?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case projectID, name, displayName, description, masterImageID, registryID, imageCommandArguments
        }

        /// What the Hub must be told; the rest it can fill in.
        public init(projectID: HubID<Project>) {
            self.projectID = projectID
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// A slug; null lets the Hub make one up.
        public var name: Update<String> = .unset
        /// The name for people.
        public var displayName: Update<String> = .unset
        /// A description.
        public var description: Update<String> = .unset
        /// The image that it is built on; a change clears the arguments.
        public var masterImageID: Update<HubID<MasterImage>> = .unset
        /// The arguments that its program is started with.
        public var imageCommandArguments: [ImageCommandArgument]?

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public struct SortKeys: CreationSortable {
        /// The name.
        public let name = SortKey("name")
        /// The name for people.
        public let displayName = SortKey("displayName")
        /// When it was created. Never changes.
        public let createdAt = SortKey("createdAt")
        /// When it was last written.
        public let updatedAt = SortKey("updatedAt")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "analyses"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "id", "name", "displayName", "description", "projectId", "realmId", "buildStatus", "executionStatus",
        "configurationLocked",
    ]
    /// What can be embedded.
    public static var relations: [Relation<Analysis>] { [.project, .masterImage] }
    /// What older hubs call some fields.
    public static let renames: [FieldRename] = [
        .init("executionStatus", otherwise: "runStatus", since: .clientsForNodes, words: ProcessStatus.formerWords),
        .init("buildStatus", since: .clientsForNodes, words: ProcessStatus.formerWords),
        .init("distributionNodesValid", otherwise: "buildNodesValid", since: nil),
    ]
    /// What comes back in another form than it was sent in.
    public static let fieldsTheHubRewrites: Set<String> = ["name"]
}

extension Filter where Record == Analysis {
    /// The id.
    public static var id: FilterKey<Record, HubID<Analysis>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// The description.
    public static var description: FilterKey<Record, String> { .init("description") }
    /// The project.
    public static var projectID: FilterKey<Record, HubID<Project>> { .init("projectId") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// How far the building of its image is.
    public static var buildStatus: FilterKey<Record, ProcessStatus> { .init("buildStatus") }
    /// How far all nodes together are.
    public static var executionStatus: FilterKey<Record, ProcessStatus> { .init("executionStatus") }
    /// Whether its code and its nodes can no longer change.
    public static var configurationLocked: FilterKey<Record, Bool> { .init("configurationLocked") }
    /// Conditions on the embedded record `project`.
    public static func project(_ filter: Filter<Project>) -> Self { related("project", filter) }
    /// Conditions on the embedded record `masterImage`.
    public static func masterImage(_ filter: Filter<MasterImage>) -> Self { related("masterImage", filter) }
}

extension Relation where Record == Analysis {
    /// The project that it belongs to.
    public static var project: Self { .init("project", Project.self) }
    /// The image that it is built on.
    public static var masterImage: Self { .init("masterImage", MasterImage.self) }
}
