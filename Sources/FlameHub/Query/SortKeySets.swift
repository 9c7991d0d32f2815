// SPDX-License-Identifier: Apache-2.0

/// No order can be asked for.
public struct NoSortKeys: SortKeySet {
    /// The empty set.
    public init() {}
}

/// Lists that can be sorted by their times.
public struct TimeSortKeys: CreationSortable {
    /// When the record was created. Never changes.
    public let createdAt = SortKey("createdAt")
    /// When the record was last written.
    public let updatedAt = SortKey("updatedAt")
    /// The set.
    public init() {}
}

/// Lists that can be sorted by id and times.
public struct IdentitySortKeys: CreationSortable {
    /// The id.
    public let id = SortKey("id")
    /// When the record was created. Never changes.
    public let createdAt = SortKey("createdAt")
    /// When the record was last written.
    public let updatedAt = SortKey("updatedAt")
    /// The set.
    public init() {}
}

/// Lists that can be sorted by id, name and times.
public struct NameSortKeys: CreationSortable {
    /// The id.
    public let id = SortKey("id")
    /// The name.
    public let name = SortKey("name")
    /// When the record was created. Never changes.
    public let createdAt = SortKey("createdAt")
    /// When the record was last written.
    public let updatedAt = SortKey("updatedAt")
    /// The set.
    public init() {}
}

/// Lists that can be sorted by id, both names and times.
public struct DisplayNameSortKeys: CreationSortable {
    /// The id.
    public let id = SortKey("id")
    /// The name.
    public let name = SortKey("name")
    /// The name for people.
    public let displayName = SortKey("displayName")
    /// When the record was created. Never changes.
    public let createdAt = SortKey("createdAt")
    /// When the record was last written.
    public let updatedAt = SortKey("updatedAt")
    /// The set.
    public init() {}
}
