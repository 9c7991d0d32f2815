// SPDX-License-Identifier: Apache-2.0

/// A file in a bucket (flame-hub.md, 4.12).
public struct BucketFile: Deletable {
    /// The id.
    public let id: HubID<BucketFile>
    /// The last part of the path.
    public let name: String?
    /// The whole path, unique in its bucket.
    public let path: String?
    /// A random key or a hash of the path, never one of the content: of no use for integrity.
    public let hash: String?
    /// The path without the name.
    public let directory: String?
    /// The size in bytes.
    public let size: Int64?
    /// What kind of identity uploaded it.
    public let actorType: String?
    /// Who uploaded it.
    public let actorID: HubID<HubActor>?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// The bucket.
    public let bucketID: HubID<Bucket>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The bucket. Embedded on demand.
    public let bucket: Bucket?

    /// What lists of it can be sorted by.
    public struct SortKeys: CreationSortable {
        /// The id.
        public let id = SortKey("id")
        /// The path without the name.
        public let directory = SortKey("directory")
        /// The last part of the path.
        public let name = SortKey("name")
        /// When it was created. Never changes.
        public let createdAt = SortKey("createdAt")
        /// When it was last written.
        public let updatedAt = SortKey("updatedAt")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "bucket-files"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "id", "name", "directory", "realmId", "actorType", "actorId", "bucketId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<BucketFile>] { [.bucket] }
}

extension Filter where Record == BucketFile {
    /// The id.
    public static var id: FilterKey<Record, HubID<BucketFile>> { .init("id") }
    /// The last part of the path.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// The path without the name.
    public static var directory: FilterKey<Record, String> { .init("directory") }
    /// The realm.
    public static var realmID: FilterKey<Record, HubID<Realm>> { .init("realmId") }
    /// What kind of identity uploaded it.
    public static var actorType: FilterKey<Record, String> { .init("actorType") }
    /// Who uploaded it.
    public static var actorID: FilterKey<Record, HubID<HubActor>> { .init("actorId") }
    /// The bucket.
    public static var bucketID: FilterKey<Record, HubID<Bucket>> { .init("bucketId") }
    /// Conditions on the embedded record `bucket`.
    public static func bucket(_ filter: Filter<Bucket>) -> Self { related("bucket", filter) }
}

extension Relation where Record == BucketFile {
    /// The bucket.
    public static var bucket: Self { .init("bucket", Bucket.self) }
}
