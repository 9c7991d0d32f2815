// SPDX-License-Identifier: Apache-2.0

/// A container image that analyses are built on (flame-hub.md, 4.10).
public struct MasterImage: HubRecord {
    /// The id.
    public let id: HubID<MasterImage>
    /// The name.
    public let name: String?
    /// Where its sources are.
    public let path: String?
    /// The path that it is known by, such as `python/base`.
    public let virtualPath: String?
    /// The path of its group.
    public let groupVirtualPath: String?
    /// The program that it starts.
    public let command: String?
    /// The arguments that the program is started with.
    public let commandArguments: [ImageCommandArgument]?
    /// How far its building is.
    public let buildStatus: ProcessStatus?
    /// Percent.
    public let buildProgress: Int?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What lists of it can be sorted by.
    public struct SortKeys: SortKeySet {
        /// Where its sources are.
        public let path = SortKey("path")
        /// The set.
        public init() {}
    }

    /// The last part of its path.
    public static let collection = "master-images"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "path", "virtualPath", "groupVirtualPath"]
    /// The order of a walk over all pages.
    public static var walkingOrder: Sort<MasterImage>? { .ascending(\.path) }
}

extension Filter where Record == MasterImage {
    /// The id.
    public static var id: FilterKey<Record, HubID<MasterImage>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// Where its sources are.
    public static var path: FilterKey<Record, String> { .init("path") }
    /// The path that it is known by.
    public static var virtualPath: FilterKey<Record, String> { .init("virtualPath") }
    /// The path of its group.
    public static var groupVirtualPath: FilterKey<Record, String> { .init("groupVirtualPath") }
}
