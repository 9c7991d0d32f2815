// SPDX-License-Identifier: Apache-2.0

/// A project at a container registry (flame-hub.md, 4.10).
public struct RegistryProject: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<RegistryProject>
    /// The name.
    public let name: String?
    /// What it is for.
    public let type: RegistryProjectType?
    /// The registry.
    public let registryID: HubID<Registry>?
    /// Its name at the registry.
    public let externalName: String?
    /// The account that has access.
    public let accountName: String?
    /// Its secret; sent only on demand.
    public let accountSecret: String?
    /// Whether everybody may read it.
    public let `public`: Bool?
    /// Its id at the registry.
    public let externalID: String?
    /// The id of the account at the registry.
    public let accountID: String?
    /// The name of its web hook.
    public let webhookName: String?
    /// Whether its web hook exists.
    public let webhookExists: Bool?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The registry. Embedded on demand.
    public let registry: Registry?

    /// What is said at the creation, which makes the project at the registry and can take seconds.
    public struct Draft: CreationDraft {
        /// 5 to 128 characters.
        public var name: String
        /// What it is for.
        public var type: RegistryProjectType
        /// The registry.
        public var registryID: HubID<Registry>
        /// 3 to 64 of `a-z0-9-_`.
        public var externalName: String

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, type, registryID, externalName }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String, type: RegistryProjectType, registryID: HubID<Registry>, externalName: String) {
            self.name = name
            self.type = type
            self.registryID = registryID
            self.externalName = externalName
        }
    }

    /// What may be changed. Type, registry and account can't: the Hub drops them.
    public struct Changes: ChangeSet {
        /// 5 to 128 characters.
        public var name: String?
        /// 3 to 64 of `a-z0-9-_`.
        public var externalName: String?

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "registry-projects"
    /// What must not be shown.
    public static let secretFields: Set<String> = ["accountSecret"]
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "registryId", "externalName", "type"]
    /// What can be embedded.
    public static var relations: [Relation<RegistryProject>] { [.registry] }
}

extension Filter where Record == RegistryProject {
    /// The id.
    public static var id: FilterKey<Record, HubID<RegistryProject>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The registry.
    public static var registryID: FilterKey<Record, HubID<Registry>> { .init("registryId") }
    /// Its name at the registry.
    public static var externalName: FilterKey<Record, String> { .init("externalName") }
    /// What it is for.
    public static var type: FilterKey<Record, RegistryProjectType> { .init("type") }
    /// Conditions on the embedded record `registry`.
    public static func registry(_ filter: Filter<Registry>) -> Self { related("registry", filter) }
}

extension Relation where Record == RegistryProject {
    /// The registry.
    public static var registry: Self { .init("registry", Registry.self) }
}

extension ExtraField where Record == RegistryProject {
    /// The account's secret, for who may manage registries and for the node that owns the project.
    public static var accountSecret: Self { .init("accountSecret") }
}
