// SPDX-License-Identifier: Apache-2.0

/// What analyses are made for (flame-hub.md, 4.5).
public struct Project: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Project>
    /// The name, in lower case.
    public let name: String?
    /// The name for people, from hub 0.10.1 on.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// The image that its analyses are built on.
    public let masterImageID: HubID<MasterImage>?
    /// How many analyses it has.
    public let analyses: Int?
    /// How many nodes it has.
    public let nodes: Int?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// Who created it.
    public let userID: HubID<User>?
    /// The client that created it.
    public let clientID: HubID<Client>?
    /// The robot that created it, on older hubs.
    public let robotID: HubID<Robot>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The image that its analyses are built on. Embedded on demand.
    public let masterImage: MasterImage?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// A slug of 3 to 128 characters.
        public var name: String
        /// 3 to 256 characters.
        public var displayName: String?
        /// 5 to 4,096 characters.
        public var description: String?
        /// The image that its analyses are built on.
        public var masterImageID: HubID<MasterImage>?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, displayName, description, masterImageID }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String) {
            self.name = name
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// A slug of 3 to 128 characters.
        public var name: String?
        /// 3 to 256 characters.
        public var displayName: Update<String> = .unset
        /// 5 to 4,096 characters.
        public var description: Update<String> = .unset
        /// The image that its analyses are built on.
        public var masterImageID: Update<HubID<MasterImage>> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = DisplayNameSortKeys

    /// The last part of its path.
    public static let collection = "projects"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "displayName", "realmId", "userId"]
    /// What can be embedded.
    public static var relations: [Relation<Project>] { [.masterImage] }
}

extension Filter where Record == Project {
    /// The id.
    public static var id: FilterKey<Record, HubID<Project>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// Who created it.
    public static var userID: FilterKey<Record, HubID<User>> { .init("userId") }
    /// Conditions on the embedded record `masterImage`.
    public static func masterImage(_ filter: Filter<MasterImage>) -> Self { related("masterImage", filter) }
}

extension Relation where Record == Project {
    /// The image that its analyses are built on.
    public static var masterImage: Self { .init("masterImage", MasterImage.self) }
}
