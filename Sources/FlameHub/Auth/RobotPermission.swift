// SPDX-License-Identifier: Apache-2.0

/// A permission that a robot has; only up to hub 0.12.2 (flame-hub.md, 4.11).
public struct RobotPermission: Creatable, Deletable {
    /// The id.
    public let id: HubID<RobotPermission>
    /// The robot.
    public let robotID: HubID<Robot>
    /// The permission.
    public let permissionID: HubID<Permission>
    /// The realm of the robot.
    public let robotRealmID: HubID<Realm>?
    /// The realm of the permission.
    public let permissionRealmID: HubID<Realm>?
    /// The policy that restricts it.
    public let policyID: HubID<HubPolicy>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The robot. Embedded on demand.
    public let robot: Robot?
    /// The permission. Embedded on demand.
    public let permission: Permission?

    /// The assignment of a permission. Who makes it must hold the permission.
    public struct Draft: CreationDraft {
        /// The robot.
        public var robotID: HubID<Robot>
        /// The permission.
        public var permissionID: HubID<Permission>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case robotID, permissionID }

        /// What the Hub must be told; the rest it can fill in.
        public init(robotID: HubID<Robot>, permissionID: HubID<Permission>) {
            self.robotID = robotID
            self.permissionID = permissionID
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "robot-permissions"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = [
        "id", "robotId", "permissionId", "robotRealmId", "permissionRealmId", "policyId",
    ]
    /// What can be embedded.
    public static var relations: [Relation<RobotPermission>] { [.robot, .permission] }
}

extension Filter where Record == RobotPermission {
    /// The id.
    public static var id: FilterKey<Record, HubID<RobotPermission>> { .init("id") }
    /// The robot.
    public static var robotID: FilterKey<Record, HubID<Robot>> { .init("robotId") }
    /// The permission.
    public static var permissionID: FilterKey<Record, HubID<Permission>> { .init("permissionId") }
    /// The realm of the robot.
    public static var robotRealmID: FilterKey<Record, HubID<Realm>> { .init("robotRealmId") }
    /// The realm of the permission.
    public static var permissionRealmID: FilterKey<Record, HubID<Realm>> { .init("permissionRealmId") }
    /// The policy that restricts it.
    public static var policyID: FilterKey<Record, HubID<HubPolicy>> { .init("policyId") }
    /// Conditions on the embedded record `robot`.
    public static func robot(_ filter: Filter<Robot>) -> Self { related("robot", filter) }
    /// Conditions on the embedded record `permission`.
    public static func permission(_ filter: Filter<Permission>) -> Self { related("permission", filter) }
}

extension Relation where Record == RobotPermission {
    /// The robot.
    public static var robot: Self { .init("robot", Robot.self) }
    /// The permission.
    public static var permission: Self { .init("permission", Permission.self) }
}
