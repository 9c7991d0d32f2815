// SPDX-License-Identifier: Apache-2.0

/// A person who can sign in (flame-hub.md, 4.11).
public struct User: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<User>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// The e-mail address; sent only on demand.
    public let email: String?
    /// Whether the user may sign in.
    public let active: Bool?
    /// Whether the user may not change the name.
    public let nameLocked: Bool?
    /// The first name.
    public let firstName: String?
    /// The last name.
    public let lastName: String?
    /// A picture.
    public let avatar: String?
    /// A picture for the background.
    public let cover: String?
    /// The realm that the user belongs to.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The realm that the user belongs to. Embedded on demand.
    public let realm: Realm?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// A slug of 3 to 128 characters.
        public var name: String
        /// The e-mail address. Hubs from 0.12 on demand one.
        public var email: String?
        /// The realm; the caller's own if it is left out. It can't be changed later.
        public var realmID: HubID<Realm>?
        /// 3 to 256 characters.
        public var displayName: String?
        /// Whether the user may sign in. Default: yes.
        public var active: Bool = true
        /// Whether the user may not change the name. Default: no.
        public var nameLocked: Bool = false
        /// 3 to 128 characters.
        public var firstName: String?
        /// 3 to 128 characters.
        public var lastName: String?
        /// A first password; 10 characters or more, unless the Hub is set up otherwise.
        public var password: String?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case name, email, realmID, displayName, active, nameLocked, firstName, lastName, password
        }

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
        public var displayName: String?
        /// The e-mail address.
        public var email: Update<String> = .unset
        /// Whether the user may sign in.
        public var active: Bool?
        /// Whether the user may not change the name.
        public var nameLocked: Bool?
        /// 3 to 128 characters.
        public var firstName: Update<String> = .unset
        /// 3 to 128 characters.
        public var lastName: Update<String> = .unset
        /// A new password; 10 characters or more, unless the Hub is set up otherwise.
        public var password: String?

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = DisplayNameSortKeys

    /// The last part of its path.
    public static let collection = "users"
    /// What must not be shown.
    public static let secretFields: Set<String> = ["password", "resetHash", "resetAt", "resetExpires", "activateHash"]
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "displayName", "realmId", "active"]
    /// What can be embedded.
    public static var relations: [Relation<User>] { [.realm] }
    /// What comes back in another form than it was sent in: a password as its hash, an empty name for people as the name,
    /// an address not at all.
    public static let fieldsTheHubRewrites: Set<String> = ["password", "displayName", "email"]
}

extension Filter where Record == User {
    /// The id.
    public static var id: FilterKey<Record, HubID<User>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// Whether the user may sign in.
    public static var active: FilterKey<Record, Bool> { .init("active") }
    /// Conditions on the embedded record `realm`.
    public static func realm(_ filter: Filter<Realm>) -> Self { related("realm", filter) }
}

extension Relation where Record == User {
    /// The realm that the user belongs to.
    public static var realm: Self { .init("realm", Realm.self) }
}

extension ExtraField where Record == User {
    /// The e-mail address.
    public static var email: Self { .init("email") }
}
