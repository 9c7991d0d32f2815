// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// An application or a node that can sign in (flame-hub.md, 4.11).
public struct Client: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Client>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// Whether it came with the Hub.
    public let builtIn: Bool?
    /// The secret; without one Auth makes one of 64 characters and tells it once.
    public let secret: String?
    /// The name for people.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// Where a browser may be sent back to.
    public let redirectURI: String?
    /// The ways to sign in that it may use, separated by spaces.
    public let grantTypes: String?
    /// What Auth calls when a session ends.
    public let backchannelLogoutURI: String?
    /// Where a browser is sent after it signed out.
    public let postLogoutRedirectURI: String?
    /// Whether it may sign in.
    public let active: Bool?
    /// Whether Auth keeps only a hash of the secret.
    public let secretHashed: Bool?
    /// How it proves who it is.
    public let authMethod: ClientAuthMethod?
    /// What its tokens are bound to.
    public let tokenBindingMethod: TokenBindingMethod?
    /// Whether Auth keeps the secret encrypted.
    public let secretEncrypted: Bool?
    /// Where it lives.
    public let baseURL: String?
    /// The realm that it belongs to.
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
        /// The realm that it belongs to.
        public var realmID: HubID<Realm>
        /// The secret; without one Auth makes one of 64 characters and tells it once.
        public var secret: String?
        /// The name for people.
        public var displayName: String?
        /// A description.
        public var description: String?
        /// Where a browser may be sent back to.
        public var redirectURI: String?
        /// The ways to sign in that it may use, separated by spaces.
        public var grantTypes: String?
        /// Where a browser is sent after it signed out.
        public var postLogoutRedirectURI: String?
        /// Whether it may sign in.
        public var active: Bool = true
        /// Whether Auth keeps only a hash of the secret.
        public var secretHashed: Bool = false
        /// How it proves who it is.
        public var authMethod: ClientAuthMethod = .secret
        /// What its tokens are bound to.
        public var tokenBindingMethod: TokenBindingMethod = .none

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case name, realmID, secret, displayName, description, redirectURI, grantTypes,
                postLogoutRedirectURI, active, secretHashed, authMethod, tokenBindingMethod
        }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String, realmID: HubID<Realm>) {
            self.name = name
            self.realmID = realmID
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// The name.
        public var name: String?
        /// The secret; without one Auth makes one of 64 characters and tells it once.
        public var secret: Update<String> = .unset
        /// The name for people.
        public var displayName: Update<String> = .unset
        /// A description.
        public var description: Update<String> = .unset
        /// Where a browser may be sent back to.
        public var redirectURI: Update<String> = .unset
        /// The ways to sign in that it may use, separated by spaces.
        public var grantTypes: Update<String> = .unset
        /// Where a browser is sent after it signed out.
        public var postLogoutRedirectURI: Update<String> = .unset
        /// Whether it may sign in.
        public var active: Bool?
        /// Whether Auth keeps only a hash of the secret.
        public var secretHashed: Bool?
        /// How it proves who it is.
        public var authMethod: ClientAuthMethod?
        /// What its tokens are bound to.
        public var tokenBindingMethod: TokenBindingMethod?

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "clients"
    /// What must not be shown.
    public static let secretFields: Set<String> = ["secret"]
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "displayName", "realmId", "active", "builtIn"]
    /// What can be embedded.
    public static var relations: [Relation<Client>] { [.realm] }
    /// What comes back in another form than it was sent in.
    public static let fieldsTheHubRewrites: Set<String> = ["secret", "displayName"]
    /// A client that can sign in: Auth's own choice is one without a secret.
    public static var creationDefaults: JSONObject { ["authMethod": .string(ClientAuthMethod.secret.rawValue)] }
}

extension Filter where Record == Client {
    /// The id.
    public static var id: FilterKey<Record, HubID<Client>> { .init("id") }
    /// The name; the client of a node is named after the node's id.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// Whether it may sign in.
    public static var active: FilterKey<Record, Bool> { .init("active") }
    /// Whether it came with the Hub.
    public static var builtIn: FilterKey<Record, Bool> { .init("builtIn") }
    /// Conditions on the embedded record `realm`.
    public static func realm(_ filter: Filter<Realm>) -> Self { related("realm", filter) }
}

extension Relation where Record == Client {
    /// The realm that it belongs to.
    public static var realm: Self { .init("realm", Realm.self) }
}

extension ExtraField where Record == Client {
    /// The secret, if Auth keeps it and the reader may see it.
    public static var secret: Self { .init("secret") }
}
