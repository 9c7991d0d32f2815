// SPDX-License-Identifier: Apache-2.0

/// A role that a user has (flame-hub.md, 4.11).
public struct UserRole: Creatable, Deletable {
    /// The id.
    public let id: HubID<UserRole>
    /// The user.
    public let userID: HubID<User>
    /// The role.
    public let roleID: HubID<Role>
    /// The realm of the user.
    public let userRealmID: HubID<Realm>?
    /// The realm of the role.
    public let roleRealmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The user. Embedded on demand.
    public let user: User?
    /// The role. Embedded on demand.
    public let role: Role?

    /// The assignment of a role. Who makes it must hold the role.
    public struct Draft: CreationDraft {
        /// The user.
        public var userID: HubID<User>
        /// The role.
        public var roleID: HubID<Role>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case userID, roleID }

        /// What the Hub must be told; the rest it can fill in.
        public init(userID: HubID<User>, roleID: HubID<Role>) {
            self.userID = userID
            self.roleID = roleID
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "user-roles"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "userId", "roleId", "userRealmId", "roleRealmId"]
    /// What can be embedded.
    public static var relations: [Relation<UserRole>] { [.user, .role] }
}

extension Filter where Record == UserRole {
    /// The id.
    public static var id: FilterKey<Record, HubID<UserRole>> { .init("id") }
    /// The user.
    public static var userID: FilterKey<Record, HubID<User>> { .init("userId") }
    /// The role.
    public static var roleID: FilterKey<Record, HubID<Role>> { .init("roleId") }
    /// The realm of the user.
    public static var userRealmID: FilterKey<Record, HubID<Realm>> { .init("userRealmId") }
    /// The realm of the role.
    public static var roleRealmID: FilterKey<Record, HubID<Realm>> { .init("roleRealmId") }
    /// Conditions on the embedded record `user`.
    public static func user(_ filter: Filter<User>) -> Self { related("user", filter) }
    /// Conditions on the embedded record `role`.
    public static func role(_ filter: Filter<Role>) -> Self { related("role", filter) }
}

extension Relation where Record == UserRole {
    /// The user.
    public static var user: Self { .init("user", User.self) }
    /// The role.
    public static var role: Self { .init("role", Role.self) }
}
