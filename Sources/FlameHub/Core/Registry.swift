// SPDX-License-Identifier: Apache-2.0

/// A container registry (flame-hub.md, 4.10).
public struct Registry: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Registry>
    /// The name.
    public let name: String?
    /// The host name.
    public let host: String?
    /// The account that the Hub uses.
    public let accountName: String?
    /// Its secret; sent only on demand, to who may manage registries.
    public let accountSecret: String?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// 3 to 128 characters.
        public var name: String
        /// 3 to 512 characters; the Hub keeps the host name only.
        public var host: String
        /// The account that the Hub uses.
        public var accountName: String?
        /// Its secret, 3 to 256 characters.
        public var accountSecret: String?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, host, accountName, accountSecret }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String, host: String) {
            self.name = name
            self.host = host
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// 3 to 128 characters.
        public var name: String?
        /// 3 to 512 characters; the Hub keeps the host name only.
        public var host: String?
        /// The account that the Hub uses.
        public var accountName: Update<String> = .unset
        /// Its secret, 3 to 256 characters.
        public var accountSecret: Update<String> = .unset

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "registries"
    /// What must not be shown.
    public static let secretFields: Set<String> = ["accountSecret"]
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name"]
    /// What comes back in another form than it was sent in.
    public static let fieldsTheHubRewrites: Set<String> = ["host", "accountSecret"]
}

extension Filter where Record == Registry {
    /// The id.
    public static var id: FilterKey<Record, HubID<Registry>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
}

extension ExtraField where Record == Registry {
    /// The account's secret. Without the right to see it the whole request fails.
    public static var accountSecret: Self { .init("accountSecret") }
}
