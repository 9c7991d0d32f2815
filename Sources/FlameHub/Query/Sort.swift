// SPDX-License-Identifier: Apache-2.0

/// A field that lists can be sorted by.
public struct SortKey: Sendable, Hashable {
    let name: String

    init(_ name: String) {
        self.name = name
    }
}

/// The fields that lists of a record can be sorted by (flame-hub.md, 3.5). Any other would be dropped
/// silently, so only these exist.
public protocol SortKeySet: Sendable {
    /// All keys of the set.
    init()
}

extension SortKeySet {
    /// The keys as a list: every stored property is one.
    static var all: [SortKey] {
        Mirror(reflecting: Self()).children.compactMap { $0.value as? SortKey }
    }
}

/// Keys that have the time of creation among them.
public protocol CreationSortable: SortKeySet {
    /// When the record was created. Never changes.
    var createdAt: SortKey { get }
}

/// The order of a list: `.descending(\.createdAt)`.
public struct Sort<Record: HubRecord>: Sendable, Equatable {
    /// One field and its direction.
    struct Term: Sendable, Equatable {
        let name: String
        let isDescending: Bool
    }

    let terms: [Term]

    /// Smallest first.
    public static func ascending(_ key: KeyPath<Record.SortKeys, SortKey>) -> Self {
        Sort(terms: [Term(name: Record.SortKeys()[keyPath: key].name, isDescending: false)])
    }

    /// Largest first.
    public static func descending(_ key: KeyPath<Record.SortKeys, SortKey>) -> Self {
        Sort(terms: [Term(name: Record.SortKeys()[keyPath: key].name, isDescending: true)])
    }

    /// This order, and among equals the other one.
    public func then(_ other: Self) -> Self {
        Sort(terms: terms + other.terms)
    }

    /// The order of a command line's text, `created_at` or `-createdAt`; `nil` if the list can't be sorted by it.
    public init?(_ text: String) {
        let name = FieldNaming.newest(String(text.drop { $0 == "-" }))
        guard Record.SortKeys.all.contains(SortKey(name)) else { return nil }
        terms = [Term(name: name, isDescending: text.hasPrefix("-"))]
    }

    init(terms: [Term]) {
        self.terms = terms
    }
}
