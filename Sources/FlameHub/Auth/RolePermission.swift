// SPDX-License-Identifier: Apache-2.0

/// A permission that a role has (flame-hub.md, 4.11).
public struct RolePermission: Creatable, Deletable {
    /// The id.
    public let id: HubID<RolePermission>
    /// The role.
    public let roleID: HubID<Role>
    /// The permission.
    public let permissionID: HubID<Permission>
    /// The realm of the role.
    public let roleRealmID: HubID<Realm>?
    /// The realm of the permission.
    public let permissionRealmID: HubID<Realm>?
    /// The policy that restricts it.
    public let policyID: HubID<HubPolicy>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The role. Embedded on demand.
    public let role: Role?
    /// The permission. Embedded on demand.
    public let permission: Permission?

    /// The assignment of a permission. Who makes it must hold the permission.
    public struct Draft: CreationDraft {
        /// The role.
        public var roleID: HubID<Role>
        /// The permission.
        public var permissionID: HubID<Permission>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case roleID, permissionID }

        /// What the Hub must be told; the rest it can fill in.
        public init(roleID: HubID<Role>, permissionID: HubID<Permission>) {
            self.roleID = roleID
            self.permissionID = permissionID
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "role-permissions"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "id", "roleId", "permissionId", "roleRealmId", "permissionRealmId", "policyId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<RolePermission>] { [.role, .permission] }
}

extension Filter where Record == RolePermission {
    /// The id.
    public static var id: FilterKey<Record, HubID<RolePermission>> { .init("id") }
    /// The role.
    public static var roleID: FilterKey<Record, HubID<Role>> { .init("roleId") }
    /// The permission.
    public static var permissionID: FilterKey<Record, HubID<Permission>> { .init("permissionId") }
    /// The realm of the role.
    public static var roleRealmID: FilterKey<Record, HubID<Realm>> { .init("roleRealmId") }
    /// The realm of the permission.
    public static var permissionRealmID: FilterKey<Record, HubID<Realm>> { .init("permissionRealmId") }
    /// The policy that restricts it.
    public static var policyID: FilterKey<Record, HubID<HubPolicy>> { .init("policyId") }
    /// Conditions on the embedded record `role`.
    public static func role(_ filter: Filter<Role>) -> Self { related("role", filter) }
    /// Conditions on the embedded record `permission`.
    public static func permission(_ filter: Filter<Permission>) -> Self { related("permission", filter) }
}

extension Relation where Record == RolePermission {
    /// The role.
    public static var role: Self { .init("role", Role.self) }
    /// The permission.
    public static var permission: Self { .init("permission", Permission.self) }
}
