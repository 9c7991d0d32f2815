// SPDX-License-Identifier: Apache-2.0

/// A file in a bucket of an analysis. The Hub makes the record some time after the file was uploaded
/// (flame-hub.md, 4.9).
public struct AnalysisBucketFile: Creatable, Updatable, Deletable {
    /// The id.
    public let id: HubID<AnalysisBucketFile>
    /// The path of the file.
    public let path: String?
    /// The file in Storage.
    public let bucketFileID: HubID<BucketFile>?
    /// The bucket in Storage; unknown on hubs before 0.8.22.
    public let bucketID: HubID<Bucket>?
    /// The bucket of the analysis.
    public let analysisBucketID: HubID<AnalysisBucket>?
    /// Whether it is the entry point.
    public let root: Bool?
    /// The analysis.
    public let analysisID: HubID<Analysis>?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// Who uploaded it.
    public let userID: HubID<User>?
    /// The client that uploaded it.
    public let clientID: HubID<Client>?
    /// The robot that uploaded it, on older hubs.
    public let robotID: HubID<Robot>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The bucket of the analysis. Embedded on demand.
    public let analysisBucket: AnalysisBucket?
    /// The analysis. Embedded on demand.
    public let analysis: Analysis?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// The path of the file.
        public var path: String
        /// The file in Storage.
        public var bucketFileID: HubID<BucketFile>
        /// The bucket in Storage.
        public var bucketID: HubID<Bucket>
        /// The bucket of the analysis.
        public var analysisBucketID: HubID<AnalysisBucket>
        /// Whether it is the entry point.
        public var root: Bool = false

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable {
            case path, bucketFileID, bucketID, analysisBucketID, root
        }

        /// What the Hub must be told; the rest it can fill in.
        public init(
            path: String,
            bucketFileID: HubID<BucketFile>,
            bucketID: HubID<Bucket>,
            analysisBucketID: HubID<AnalysisBucket>
        ) {
            self.path = path
            self.bucketFileID = bucketFileID
            self.bucketID = bucketID
            self.analysisBucketID = analysisBucketID
        }
    }

    /// What may be changed.
    public struct Changes: ChangeSet {
        /// Whether it is the entry point.
        public var root: Bool?

        /// Nothing is changed yet.
        public init() {}
    }

    /// What lists of it can be sorted by.
    public struct SortKeys: CreationSortable {
        /// The path.
        public let path = SortKey("path")
        /// When it was created. Never changes.
        public let createdAt = SortKey("createdAt")
        /// When it was last written.
        public let updatedAt = SortKey("updatedAt")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "analysis-bucket-files"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["path", "root", "analysisBucketId", "analysisId"]
    /// What can be embedded.
    public static var relations: [Relation<AnalysisBucketFile>] { [.analysisBucket, .analysis] }
    /// What older hubs call some fields.
    public static let renames: [FieldRename] = [
        .init("path", otherwise: "name", since: .clientsForNodes),
        .init("bucketFileId", otherwise: "externalId", since: .clientsForNodes),
        .init("analysisBucketId", otherwise: "bucketId", since: .clientsForNodes),
        .init("analysisBucket", otherwise: "bucket", since: .clientsForNodes),
    ]
}

extension Filter where Record == AnalysisBucketFile {
    /// The path of the file.
    public static var path: FilterKey<Record, String> { .init("path") }
    /// Whether it is the entry point.
    public static var root: FilterKey<Record, Bool> { .init("root") }
    /// The bucket of the analysis.
    public static var analysisBucketID: FilterKey<Record, HubID<AnalysisBucket>> { .init("analysisBucketId") }
    /// The analysis.
    public static var analysisID: FilterKey<Record, HubID<Analysis>> { .init("analysisId") }
    /// Conditions on the embedded record `analysisBucket`.
    public static func analysisBucket(_ filter: Filter<AnalysisBucket>) -> Self { related("analysisBucket", filter) }
    /// Conditions on the embedded record `analysis`.
    public static func analysis(_ filter: Filter<Analysis>) -> Self { related("analysis", filter) }
}

extension Relation where Record == AnalysisBucketFile {
    /// The bucket of the analysis.
    public static var analysisBucket: Self { .init("analysisBucket", AnalysisBucket.self) }
    /// The analysis.
    public static var analysis: Self { .init("analysis", Analysis.self) }
}
