// SPDX-License-Identifier: Apache-2.0

/// A role that a robot has; only up to hub 0.12.2 (flame-hub.md, 4.11).
public struct RobotRole: Creatable, Deletable {
    /// The id.
    public let id: HubID<RobotRole>
    /// The robot.
    public let robotID: HubID<Robot>
    /// The role.
    public let roleID: HubID<Role>
    /// The realm of the robot.
    public let robotRealmID: HubID<Realm>?
    /// The realm of the role.
    public let roleRealmID: HubID<Realm>?
    /// When it was created.
    public let createdAt: HubTimestamp?
    /// When it was last written.
    public let updatedAt: HubTimestamp?
    /// The robot. Embedded on demand.
    public let robot: Robot?
    /// The role. Embedded on demand.
    public let role: Role?

    /// The assignment of a role. Who makes it must hold the role.
    public struct Draft: CreationDraft {
        /// The robot.
        public var robotID: HubID<Robot>
        /// The role.
        public var roleID: HubID<Role>

        /// The fields.
        public enum CodingKeys: String, CodingKey, CaseIterable { case robotID, roleID }

        /// What the Hub must be told; the rest it can fill in.
        public init(robotID: HubID<Robot>, roleID: HubID<Role>) {
            self.robotID = robotID
            self.roleID = roleID
        }
    }

    /// What lists of it can be sorted by.
    public typealias SortKeys = IdentitySortKeys

    /// The last part of its path.
    public static let collection = "robot-roles"
    /// What lists of it can be filtered by.
    public static let filterKeys: [String] = ["id", "robotId", "roleId", "robotRealmId", "roleRealmId"]
    /// What can be embedded.
    public static var relations: [Relation<RobotRole>] { [.robot, .role] }
}

extension Filter where Record == RobotRole {
    /// The id.
    public static var id: FilterKey<Record, HubID<RobotRole>> { .init("id") }
    /// The robot.
    public static var robotID: FilterKey<Record, HubID<Robot>> { .init("robotId") }
    /// The role.
    public static var roleID: FilterKey<Record, HubID<Role>> { .init("roleId") }
    /// The realm of the robot.
    public static var robotRealmID: FilterKey<Record, HubID<Realm>> { .init("robotRealmId") }
    /// The realm of the role.
    public static var roleRealmID: FilterKey<Record, HubID<Realm>> { .init("roleRealmId") }
    /// Conditions on the embedded record `robot`.
    public static func robot(_ filter: Filter<Robot>) -> Self { related("robot", filter) }
    /// Conditions on the embedded record `role`.
    public static func role(_ filter: Filter<Role>) -> Self { related("role", filter) }
}

extension Relation where Record == RobotRole {
    /// The robot.
    public static var robot: Self { .init("robot", Robot.self) }
    /// The role.
    public static var role: Self { .init("role", Role.self) }
}
