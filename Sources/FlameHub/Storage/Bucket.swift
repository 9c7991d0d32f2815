// SPDX-License-Identifier: Apache-2.0

/// A place for files (flame-hub.md, 4.12).
public struct Bucket: Creatable, Deletable {
    /// The id.
    public let id: HubID<Bucket>
    /// The name.
    public let name: String?
    /// Where it is kept.
    public let region: String?
    /// Who created it.
    public let actorID: HubID<HubActor>?
    /// What kind of identity that is.
    public let actorType: String?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// 3 to 256 characters.
        public var name: String
        /// Where it is kept.
        public var region: String?
        /// The realm; the caller's own if it is left out.
        public var realmID: HubID<Realm>?

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, region, realmID }

        /// What the Hub must be told; the rest it can fill in.
        public init(name: String) {
            self.name = name
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "buckets"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "realmId", "actorType", "actorId"]
}

extension Filter where Record == Bucket {
    /// The id.
    public static var id: FilterKey<Record, HubID<Bucket>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// What kind of identity created it.
    public static var actorType: FilterKey<Record, String> { .init("actorType") }
    /// Who created it.
    public static var actorID: FilterKey<Record, HubID<HubActor>> { .init("actorId") }
}
