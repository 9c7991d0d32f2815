// SPDX-License-Identifier: Apache-2.0

/// A realm: an organisation, which owns nodes, projects and users (flame-hub.md, 4.11).
public struct Realm: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<Realm>
    /// The name. The Hub lower-cases it.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// A description.
    public let description: String?
    /// Whether it came with the Hub.
    public let builtIn: Bool?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// A slug of 3 to 128 characters.
        public var name: String
        /// 3 to 256 characters.
        public var displayName: String?
        /// 5 to 4,096 characters.
        public var description: String?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, displayName, description }

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

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = NameSortKeys

    /// The last part of its path.
    public static let collection = "realms"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "displayName", "builtIn"]
}

extension Filter where Record == Realm {
    /// The id.
    public static var id: FilterKey<Record, HubID<Realm>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The name for people.
    public static var displayName: FilterKey<Record, String> { .init("displayName") }
    /// Whether it came with the Hub.
    public static var builtIn: FilterKey<Record, Bool> { .init("builtIn") }
}
