// SPDX-License-Identifier: Apache-2.0

import StrictJSON

@testable import FlameHub
@testable import FlameTestSupport

extension ConformanceTests {
    static var auth: [Case] {
        realms + users + roles + permissions + clients + robots
    }

    private static var realms: [Case] {
        reading("auth", "realms", \.auth.realms) + deleting("auth", "realms", \.auth.realms)
            + creating("auth", "realms", \.auth.realms, { .init(name: "abc") }, ["name": "abc"])
            + updating("auth", "realms", \.auth.realms, { $0.description = .null }, ["description": nil])
    }

    private static var users: [Case] {
        reading("auth", "users", \.auth.users) + deleting("auth", "users", \.auth.users)
            + creating(
                "auth",
                "users",
                \.auth.users,
                {
                    var draft = User.Draft(name: "abc")
                    draft.email = "a@b.c"
                    return draft
                },
                ["name": "abc", "email": "a@b.c", "active": true, "nameLocked": false]
            )
            + updating("auth", "users", \.auth.users, { $0.password = "new" }, ["password": "new"])
    }

    private static var roles: [Case] {
        reading("auth", "roles", \.auth.roles) + deleting("auth", "roles", \.auth.roles)
            + creating("auth", "roles", \.auth.roles, { .init(name: "abc") }, ["name": "abc"])
            + updating("auth", "roles", \.auth.roles, { $0.displayName = .set("A") }, ["displayName": "A"])
    }

    private static var permissions: [Case] {
        reading("auth", "permissions", \.auth.permissions) + deleting("auth", "permissions", \.auth.permissions)
            + creating("auth", "permissions", \.auth.permissions, { .init(name: "abc") }, ["name": "abc"])
            + updating(
                "auth",
                "permissions",
                \.auth.permissions,
                { $0.realmID = .set(Rows.id(2)) },
                ["realmId": .string(two)]
            )
    }

    private static var clients: [Case] {
        reading("auth", "clients", \.auth.clients) + deleting("auth", "clients", \.auth.clients)
            + creating(
                "auth",
                "clients",
                \.auth.clients,
                { Client.Draft(name: "abc", realmID: Rows.id(2)) },
                [
                    "name": "abc", "realmId": .string(two), "active": true, "secretHashed": false,
                    "authMethod": "secret", "tokenBindingMethod": "none",
                ]
            )
            + updating("auth", "clients", \.auth.clients, { $0.redirectURI = .null }, ["redirectUri": nil])
    }

    private static var robots: [Case] {
        reading("auth", "robots", \.auth.robots) + deleting("auth", "robots", \.auth.robots)
            + creating(
                "auth",
                "robots",
                \.auth.robots,
                { .init(name: "abc", realmID: Rows.id(2), secret: "s") },
                ["name": "abc", "realmId": .string(two), "secret": "s"]
            )
            + updating("auth", "robots", \.auth.robots, { $0.secret = "t" }, ["secret": "t"])
    }

    static var junctions: [Case] {
        reading("auth", "role-permissions", \.auth.rolePermissions)
            + deleting("auth", "role-permissions", \.auth.rolePermissions)
            + creating(
                "auth",
                "role-permissions",
                \.auth.rolePermissions,
                { .init(roleID: Rows.id(1), permissionID: Rows.id(2)) },
                ["roleId": .string(one), "permissionId": .string(two)]
            )
            + reading("auth", "user-permissions", \.auth.userPermissions)
            + deleting("auth", "user-permissions", \.auth.userPermissions)
            + creating(
                "auth",
                "user-permissions",
                \.auth.userPermissions,
                { .init(userID: Rows.id(1), permissionID: Rows.id(2)) },
                ["userId": .string(one), "permissionId": .string(two)]
            )
            + reading("auth", "user-roles", \.auth.userRoles) + deleting("auth", "user-roles", \.auth.userRoles)
            + creating(
                "auth",
                "user-roles",
                \.auth.userRoles,
                { .init(userID: Rows.id(1), roleID: Rows.id(2)) },
                ["userId": .string(one), "roleId": .string(two)]
            )
            + reading("auth", "robot-permissions", \.auth.robotPermissions)
            + deleting("auth", "robot-permissions", \.auth.robotPermissions)
            + creating(
                "auth",
                "robot-permissions",
                \.auth.robotPermissions,
                { .init(robotID: Rows.id(1), permissionID: Rows.id(2)) },
                ["robotId": .string(one), "permissionId": .string(two)]
            )
            + reading("auth", "robot-roles", \.auth.robotRoles) + deleting("auth", "robot-roles", \.auth.robotRoles)
            + creating(
                "auth",
                "robot-roles",
                \.auth.robotRoles,
                { .init(robotID: Rows.id(1), roleID: Rows.id(2)) },
                ["robotId": .string(one), "roleId": .string(two)]
            )
    }
}
