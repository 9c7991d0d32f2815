import ArgumentParser
import FlameHub

extension FlameCollections {
    enum Realms: FlameCollection {
        static let abstract = "Organisations."
        static let columns = ["id", "name", "displayName", "builtIn"]
        static func resource(_ session: FlameSession) -> Resource<Realm> { session.auth.realms }
    }

    enum Users: FlameCollection {
        static let abstract = "People."
        static let columns = ["id", "name", "displayName", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<User> { session.auth.users }
    }

    enum Roles: FlameCollection {
        static let abstract = "Roles that users can have."
        static let columns = ["id", "name", "displayName", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Role> { session.auth.roles }
    }

    enum Permissions: FlameCollection {
        static let abstract = "What can be permitted."
        static let columns = ["id", "name", "displayName", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Permission> { session.auth.permissions }
    }

    enum RolePermissions: FlameCollection {
        static let abstract = "Permissions of roles."
        static let columns = ["id", "roleId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<RolePermission> { session.auth.rolePermissions }
    }

    enum UserPermissions: FlameCollection {
        static let abstract = "Permissions of users."
        static let columns = ["id", "userId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<UserPermission> { session.auth.userPermissions }
    }

    enum UserRoles: FlameCollection {
        static let abstract = "Roles of users."
        static let columns = ["id", "userId", "roleId"]
        static func resource(_ session: FlameSession) -> Resource<UserRole> { session.auth.userRoles }
    }

    enum Clients: FlameCollection {
        static let abstract = "Applications and nodes that can sign in."
        static let columns = ["id", "name", "displayName", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Client> { session.auth.clients }
    }

    enum Robots: FlameCollection {
        static let abstract = "What nodes sign in as on hubs before 0.12.4."
        static let columns = ["id", "name", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Robot> { session.auth.robots }
    }

    enum RobotPermissions: FlameCollection {
        static let abstract = "Permissions of robots."
        static let columns = ["id", "robotId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<RobotPermission> { session.auth.robotPermissions }
    }

    enum RobotRoles: FlameCollection {
        static let abstract = "Roles of robots."
        static let columns = ["id", "robotId", "roleId"]
        static func resource(_ session: FlameSession) -> Resource<RobotRole> { session.auth.robotRoles }
    }
}
