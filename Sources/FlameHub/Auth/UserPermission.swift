// SPDX-License-Identifier: Apache-2.0

/// A permission that a user has (flame-hub.md, 4.11).
public struct UserPermission: Creatable, Deletable {
    /// The id.
    public let id: HubID<UserPermission>
    /// The user.
    public let userID: HubID<User>
    /// The permission.
    public let permissionID: HubID<Permission>
    /// The realm of the user.
    public let userRealmID: HubID<Realm>?
    /// The realm of the permission.
    public let permissionRealmID: HubID<Realm>?
    /// The policy that restricts it.
    public let policyID: HubID<HubPolicy>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The user. Embedded on demand.
    public let user: User?
    /// The permission. Embedded on demand.
    public let permission: Permission?

    /// The assignment of a permission. Who makes it must hold the permission.
    public struct Draft: CreationDraft {
        /// The user.
        public var userID: HubID<User>
        /// The permission.
        public var permissionID: HubID<Permission>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case userID, permissionID }

        /// What the Hub must be told; the rest it can fill in.
        public init(userID: HubID<User>, permissionID: HubID<Permission>) {
            self.userID = userID
            self.permissionID = permissionID
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "user-permissions"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "id", "userId", "permissionId", "userRealmId", "permissionRealmId", "policyId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<UserPermission>] { [.user, .permission] }
}

extension Filter where Record == UserPermission {
    /// The id.
    public static var id: FilterKey<Record, HubID<UserPermission>> { .init("id") }
    /// The user.
    public static var userID: FilterKey<Record, HubID<User>> { .init("userId") }
    /// The permission.
    public static var permissionID: FilterKey<Record, HubID<Permission>> { .init("permissionId") }
    /// The realm of the user.
    public static var userRealmID: FilterKey<Record, HubID<Realm>> { .init("userRealmId") }
    /// The realm of the permission.
    public static var permissionRealmID: FilterKey<Record, HubID<Realm>> { .init("permissionRealmId") }
    /// The policy that restricts it.
    public static var policyID: FilterKey<Record, HubID<HubPolicy>> { .init("policyId") }
    /// Conditions on the embedded record `user`.
    public static func user(_ filter: Filter<User>) -> Self { related("user", filter) }
    /// Conditions on the embedded record `permission`.
    public static func permission(_ filter: Filter<Permission>) -> Self { related("permission", filter) }
}

extension Relation where Record == UserPermission {
    /// The user.
    public static var user: Self { .init("user", User.self) }
    /// The permission.
    public static var permission: Self { .init("permission", Permission.self) }
}
