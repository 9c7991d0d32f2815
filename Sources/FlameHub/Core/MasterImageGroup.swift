// SPDX-License-Identifier: Apache-2.0

/// A group of images (flame-hub.md, 4.10).
public struct MasterImageGroup: HubRecord {
    /// The id.
    public let id: HubID<MasterImageGroup>
    /// The name.
    public let name: String?
    /// Where its sources are.
    public let path: String?
    /// The path that it is known by.
    public let virtualPath: String?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?

    /// What lists of it can be sorted by.
    public typealias SortKeys = NoSortKeys

    /// The last part of its path.
    public static let collection = "master-image-groups"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "name", "path", "virtualPath"]
    /// The order of a walk over all pages.
    public static var walkingOrder: Sort<MasterImageGroup>? { nil }
}

extension Filter where Record == MasterImageGroup {
    /// The id.
    public static var id: FilterKey<Record, HubID<MasterImageGroup>> { .init("id") }
    /// The name.
    public static var name: FilterKey<Record, String> { .init("name") }
    /// Where its sources are.
    public static var path: FilterKey<Record, String> { .init("path") }
    /// The path that it is known by.
    public static var virtualPath: FilterKey<Record, String> { .init("virtualPath") }
}
