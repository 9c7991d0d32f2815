// SPDX-License-Identifier: Apache-2.0

/// A data owner's machine, or one that aggregates (flame-hub.md, 4.4).
public struct Node: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Node>
    /// The name, unique in its realm.
    public let name: String?
    /// Its name at the container registry.
    public let externalName: String?
    /// Whether others don't see it.
    public let hidden: Bool?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// The container registry that images are sent to.
    public let registryID: HubID<Registry>?
    /// Whether it holds data or aggregates.
    public let type: NodeType?
    /// Its public key as the Hub stores it: the PEM text in hex. See ``NodePublicKey``.
    public let publicKey: String?
    /// Never true: no Hub writes it (flame-hub.md, 5.3).
    public let online: Bool?
    /// Its project at the registry.
    public let registryProjectID: HubID<RegistryProject>?
    /// What it signs in as, from hub 0.8.22 on.
    public let clientID: HubID<Client>?
    /// What it signed in as on older hubs.
    public let robotID: HubID<Robot>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The container registry. Embedded on demand.
    public let registry: Registry?
    /// Its project at the registry. Embedded on demand.
    public let registryProject: RegistryProject?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// 3 to 128 characters.
        public var name: String
        /// The realm; the caller's own if it is left out.
        public var realmID: HubID<Realm>?
        /// The registry; the Hub's default if it is left out.
        public var registryID: HubID<Registry>?
        /// 1 to 64 of `a-z0-9-_`; made up if it is left out.
        public var externalName: String?
        /// Whether it holds data or aggregates.
        public var type: NodeType = .default
        /// Whether others don't see it.
        public var hidden: Bool = false
        /// The public key in PEM.
        public var publicKey: String?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case name, realmID, registryID, externalName, type, hidden, publicKey
        }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String) {
            self.name = name
        }
    }

    /// What may be changed. The realm can't: the Hub drops it.
    public struct Changes: ChangeSet {
        /// 3 to 128 characters.
        public var name: String?
        /// 1 to 64 of `a-z0-9-_`.
        public var externalName: Update<String> = .unset
        /// Whether others don't see it.
        public var hidden: Bool?
        /// Whether it holds data or aggregates.
        public var type: NodeType?
        /// The public key in PEM. The node's own client may not set it.
        public var publicKey: Update<String> = .unset
        /// The registry; null disconnects the node and removes its project there.
        public var registryID: Update<HubID<Registry>> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public struct SortKeys: CreationSortable {
        /// The name.
        public let name = SortKey("name")
        /// When it was created. Never changes.
        public let createdAt = SortKey("createdAt")
        /// When it was last written.
        public let updatedAt = SortKey("updatedAt")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "nodes"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "online", "hidden", "clientId", "realmId", "robotId"]
    /// What can be embedded.
    public static var relations: [Relation<Node>] { [.registry, .registryProject] }
    /// What comes back in another form than it was sent in.
    public static let fieldsTheHubRewrites: Set<String> = ["publicKey", "externalName"]
}

extension Filter where Record == Node {
    /// The id.
    public static var id: FilterKey<Record, HubID<Node>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// Of no use: it is never true.
    public static var online: FilterKey<Record, Bool> { .init("online") }
    /// Whether others don't see it.
    public static var hidden: FilterKey<Record, Bool> { .init("hidden") }
    /// What it signs in as.
    public static var clientID: FilterKey<Record, HubID<Client>> { .init("clientId") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// What it signed in as on older hubs.
    public static var robotID: FilterKey<Record, HubID<Robot>> { .init("robotId") }
    /// Conditions on the embedded record `registry`.
    public static func registry(_ filter: Filter<Registry>) -> Self { related("registry", filter) }
    /// Conditions on the embedded record `registryProject`.
    public static func registryProject(_ filter: Filter<RegistryProject>) -> Self { related("registryProject", filter) }
}

extension Relation where Record == Node {
    /// The container registry.
    public static var registry: Self { .init("registry", Registry.self) }
    /// Its project at the registry.
    public static var registryProject: Self { .init("registryProject", RegistryProject.self) }
}
