// SPDX-License-Identifier: Apache-2.0

/// A storage bucket of an analysis. The Hub makes all three kinds some seconds after the analysis (flame-hub.md, 4.9).
public struct AnalysisBucket: Creatable, Deletable {
    /// The id.
    public let id: HubID<AnalysisBucket>
    /// What is kept in it.
    public let type: AnalysisBucketType?
    /// The bucket in Storage.
    public let bucketID: HubID<Bucket>?
    /// The analysis.
    public let analysisID: HubID<Analysis>?
    /// The realm that it belongs to.
    public let realmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The analysis. Embedded on demand.
    public let analysis: Analysis?

    /// What is said at the creation.
    public struct Draft: CreationDraft {
        /// What is kept in it.
        public var type: AnalysisBucketType
        /// The bucket in Storage.
        public var bucketID: HubID<Bucket>
        /// The analysis.
        public var analysisID: HubID<Analysis>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case type, bucketID, analysisID }

        /// What the Hub must be told; the rest it can fill in.
        public init(type: AnalysisBucketType, bucketID: HubID<Bucket>, analysisID: HubID<Analysis>) {
            self.type = type
            self.bucketID = bucketID
            self.analysisID = analysisID
        }
    }

    /// What lists of it can be sorted by.
    public struct SortKeys: CreationSortable {
        /// What is kept in it.
        public let type = SortKey("type")
        /// When it was created. Never changes.
        public let createdAt = SortKey("createdAt")
        /// When it was last written.
        public let updatedAt = SortKey("updatedAt")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "analysis-buckets"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["analysisId", "type"]
    /// What can be embedded.
    public static var relations: [Relation<AnalysisBucket>] { [.analysis] }
    /// What older hubs call some fields.
    public static let renames: [FieldRename] = [
        .init("bucketId", otherwise: "externalId", since: .clientsForNodes)
    ]
}

extension Filter where Record == AnalysisBucket {
    /// The analysis.
    public static var analysisID: FilterKey<Record, HubID<Analysis>> { .init("analysisId") }
    /// What is kept in it.
    public static var type: FilterKey<Record, AnalysisBucketType> { .init("type") }
    /// Conditions on the embedded record `analysis`.
    public static func analysis(_ filter: Filter<Analysis>) -> Self { related("analysis", filter) }
}

extension Relation where Record == AnalysisBucket {
    /// The analysis.
    public static var analysis: Self { .init("analysis", Analysis.self) }
}
