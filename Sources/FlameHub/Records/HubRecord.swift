// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A resource of the Hub.
///
/// Every field but the id and a junction's two foreign keys is optional: hubs differ in what they send, and a missing
/// field must not cost the record (flame-hub.md, 4.1).
public protocol HubRecord: Codable, Sendable, Equatable, Identifiable where ID == HubID<Self> {
    /// What lists of it can be sorted by.
    associatedtype SortKeys: SortKeySet

    /// The last part of its path, such as `analysis-nodes`.
    static var collection: String { get }
    /// What lists of it can be filtered by (flame-hub.md, 3.5). Any other key would be dropped silently.
    static var filterKeys: [String] { get }
    /// The related records that can be embedded.
    static var relations: [Relation<Self>] { get }
    /// Fields that older or newer hubs call by another name.
    static var renames: [FieldRename] { get }
    /// Fields that must not be shown, printed or stored. Replies to writes contain some that nobody asked for, such as a
    /// password's hash (flame-hub-differences.md, A20 and R12).
    static var secretFields: Set<String> { get }
    /// The order in which a walk over all pages is least disturbed by changes; `nil` if the Hub can't sort the list.
    static var walkingOrder: Sort<Self>? { get }
}

extension HubRecord {
    /// None.
    public static var relations: [Relation<Self>] { [] }
    /// None.
    public static var renames: [FieldRename] { [] }
}

extension HubRecord {
    /// None.
    public static var secretFields: Set<String> { [] }
}

extension HubRecord where SortKeys: CreationSortable {
    /// Oldest first: the time of creation never changes, and new records come last.
    public static var walkingOrder: Sort<Self>? { .ascending(\.createdAt) }
}

/// A record that can be created.
public protocol Creatable: HubRecord {
    /// What is said about it at its creation.
    associatedtype Draft: CreationDraft
    /// What a creation by the names of fields sends where nothing is said, because the Hub's own choice is of no use.
    static var creationDefaults: JSONObject { get }
}

extension Creatable {
    /// None.
    public static var creationDefaults: JSONObject { [:] }
}

/// What is said about a record at its creation. Fields that are `nil` are left to the Hub.
public protocol CreationDraft: Encodable, Sendable {
    /// The fields, named as the properties are.
    associatedtype CodingKeys: CodingKey & CaseIterable
}

/// A record that can be changed.
public protocol Updatable: HubRecord {
    /// What may be changed. Fields that are unset stay as they are.
    associatedtype Changes: ChangeSet
    /// Fields that come back in another form than they were sent in, or not at all, such as secrets. All others are compared.
    static var fieldsTheHubRewrites: Set<String> { get }
}

extension Updatable {
    /// None.
    public static var fieldsTheHubRewrites: Set<String> { [] }
}

/// A record that can be deleted.
public protocol Deletable: HubRecord {}

/// The changes of a record. Nothing is changed until a field is set.
public protocol ChangeSet: Encodable, Sendable {
    /// No changes.
    init()
}
