// SPDX-License-Identifier: Apache-2.0

/// A named bundle of permissions (flame-hub.md, 4.11).
public struct Role: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Role>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// Whether it came with the Hub.
    public let builtIn: Bool?
    /// What kind of identity it is meant for.
    public let target: String?
    /// The client that it belongs to.
    public let clientID: HubID<Client>?
    /// The realm that it belongs to; none for all realms.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The realm that it belongs to. Embedded on demand.
    public let realm: Realm?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The name.
        public var name: String
        /// The name for people.
        public var displayName: String?
        /// A description.
        public var description: String?
        /// The realm; the caller's own if it is left out. It can't be changed later.
        public var realmID: HubID<Realm>?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, displayName, description, realmID }

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

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = NameSortKeys

    /// The last part of its path.
    public static let collection = "roles"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "builtIn", "name", "displayName", "target", "clientId", "realmId"]
    /// What can be embedded.
    public static var relations: [Relation<Role>] { [.realm] }
}

extension Filter where Record == Role {
    /// The id.
    public static var id: FilterKey<Record, HubID<Role>> { .init("id") }
    /// Whether it came with the Hub.
    public static var builtIn: FilterKey<Record, Bool> { .init("builtIn") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// What kind of identity it is meant for.
    public static var target: FilterKey<Record, String> { .init("target") }
    /// The client that it belongs to.
    public static var clientID: FilterKey<Record, HubID<Client>> { .init("clientId") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// Conditions on the embedded record `realm`.
    public static func realm(_ filter: Filter<Realm>) -> Self { related("realm", filter) }
}

extension Relation where Record == Role {
    /// The realm that it belongs to.
    public static var realm: Self { .init("realm", Realm.self) }
}
