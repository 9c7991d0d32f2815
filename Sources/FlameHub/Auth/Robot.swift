// SPDX-License-Identifier: Apache-2.0

/// A machine identity of older hubs, up to 0.12.2. Clients took its place (flame-hub.md, 4.11).
public struct Robot: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Robot>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// Whether it may sign in.
    public let active: Bool?
    /// The secret; sent only on demand.
    public let secret: String?
    /// The user that it belongs to.
    public let userID: HubID<User>?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The user that it belongs to. Embedded on demand.
    public let user: User?
    /// The realm that it belongs to. Embedded on demand.
    public let realm: Realm?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The name.
        public var name: String
        /// The realm that it belongs to.
        public var realmID: HubID<Realm>
        /// The secret.
        public var secret: String
        /// The name for people.
        public var displayName: String?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, realmID, secret, displayName }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String, realmID: HubID<Realm>, secret: String) {
            self.name = name
            self.realmID = realmID
            self.secret = secret
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// The name.
        public var name: String?
        /// The realm that it belongs to.
        public var realmID: HubID<Realm>?
        /// A new secret.
        public var secret: String?
        /// The name for people.
        public var displayName: Update<String> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = NameSortKeys

    /// The last part of its path.
    public static let collection = "robots"
    /// What must not be shown.
    public static let secretFields: Set<String> = ["secret"]
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "realmId", "userId"]
    /// What can be embedded.
    public static var relations: [Relation<Robot>] { [.user, .realm] }
    /// What comes back in another form than it was sent in.
    public static let fieldsTheHubRewrites: Set<String> = ["secret"]
}

extension Filter where Record == Robot {
    /// The id.
    public static var id: FilterKey<Record, HubID<Robot>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// The user that it belongs to.
    public static var userID: FilterKey<Record, HubID<User>> { .init("userId") }
    /// Conditions on the embedded record `user`.
    public static func user(_ filter: Filter<User>) -> Self { related("user", filter) }
    /// Conditions on the embedded record `realm`.
    public static func realm(_ filter: Filter<Realm>) -> Self { related("realm", filter) }
}

extension Relation where Record == Robot {
    /// The user that it belongs to.
    public static var user: Self { .init("user", User.self) }
    /// The realm that it belongs to.
    public static var realm: Self { .init("realm", Realm.self) }
}

extension ExtraField where Record == Robot {
    /// The secret.
    public static var secret: Self { .init("secret") }
}
