// SPDX-License-Identifier: Apache-2.0

/// The right to do one thing, such as `analysis_approve` (flame-hub.md, 4.11).
public struct Permission: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Permission>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// Whether it came with the Hub.
    public let builtIn: Bool?
    /// The client that it belongs to.
    public let clientID: HubID<Client>?
    /// The realm that it belongs to; none for all realms.
    public let realmID: HubID<Realm>?
    /// The policy that restricts it.
    public let policyID: HubID<HubPolicy>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The name.
        public var name: String
        /// The name for people.
        public var displayName: String?
        /// A description.
        public var description: String?
        /// The realm that it belongs to.
        public var realmID: HubID<Realm>?
        /// The policy that restricts it.
        public var policyID: HubID<HubPolicy>?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case name, displayName, description, realmID, policyID
        }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String) {
            self.name = name
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// The name.
        public var name: String?
        /// The name for people.
        public var displayName: Update<String> = .unset
        /// A description.
        public var description: Update<String> = .unset
        /// The realm that it belongs to.
        public var realmID: Update<HubID<Realm>> = .unset
        /// The policy that restricts it.
        public var policyID: Update<HubID<HubPolicy>> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = NameSortKeys

    /// The last part of its path.
    public static let collection = "permissions"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "displayName", "name", "builtIn", "realmId", "clientId"]
}

extension Filter where Record == Permission {
    /// The id.
    public static var id: FilterKey<Record, HubID<Permission>> { .init("id") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// Whether it came with the Hub.
    public static var builtIn: FilterKey<Record, Bool> { .init("builtIn") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// The client that it belongs to.
    public static var clientID: FilterKey<Record, HubID<Client>> { .init("clientId") }
}
