// SPDX-License-Identifier: Apache-2.0

import FlameHub
import PodSandbox
import Testing

/// The records of Auth with the typed clients (flame-hub.md, 4.11).
@Suite struct FlameAuthRecordTests {
    @Test(arguments: FlameRelease.allCases)
    func accountsRoundTrip(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let auth = hub.admin.auth
            try await hub.roundTrip(auth.realms, .init(name: "clinic"), change: { $0.displayName = .set("A clinic") }) {
                $0.displayName == "A clinic"
            }
            try await hub.roundTrip(auth.users, .init(name: "someone"), change: { $0.firstName = .set("Some") }) {
                $0.firstName == "Some"
            }
            let permission = Permission.Draft(name: "dance")
            try await hub.roundTrip(auth.permissions, permission, change: { $0.displayName = .set("To dance") }) {
                $0.displayName == "To dance"
            }
            try await hub.roundTrip(auth.roles, .init(name: "dancer"), change: { $0.description = .set("Dances well") })
            {
                $0.description == "Dances well"
            }
            let realm = try #require(try await auth.realms.find(filter: .name("research")).first)
            let client = Client.Draft(name: "machine", realmID: realm.id)
            try await hub.roundTrip(auth.clients, client, change: { $0.displayName = .set("A machine") }) {
                $0.displayName == "A machine"
            }
            guard release == .v0_8 else { return }
            let robot = Robot.Draft(name: "robot", realmID: realm.id, secret: "a secret")
            try await hub.roundTrip(auth.robots, robot, change: { $0.displayName = .set("A robot") }) {
                $0.displayName == "A robot"
            }
        }
    }

    @Test(arguments: FlameRelease.allCases)
    func permissionsAndRolesAreGiven(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let auth = hub.admin.auth
            let user = try await auth.users.create(.init(name: "someone"))
            let role = try await auth.roles.create(.init(name: "maker"))
            let permission = try #require(try await auth.permissions.find(filter: .name("node_create")).first)
            try await hub.roundTrip(
                auth.rolePermissions,
                .init(roleID: role.id, permissionID: permission.id),
                filter: .roleID(role.id)
            )
            try await hub.roundTrip(
                auth.userPermissions,
                .init(userID: user.id, permissionID: permission.id),
                filter: .userID(user.id)
            )
            try await hub.roundTrip(auth.userRoles, .init(userID: user.id, roleID: role.id), filter: .userID(user.id))
            guard release == .v0_8 else { return }
            let robot = try await auth.robots.create(
                .init(name: "robot", realmID: #require(user.realmID), secret: "secret")
            )
            try await hub.roundTrip(
                auth.robotPermissions,
                .init(robotID: robot.id, permissionID: permission.id),
                filter: .robotID(robot.id)
            )
            try await hub.roundTrip(
                auth.robotRoles,
                .init(robotID: robot.id, roleID: role.id),
                filter: .robotID(robot.id)
            )
        }
    }

    @Test func aPermissionCountsFromTheNextToken() async throws {
        try await FlameTestHub.run { hub async throws in
            let auth = hub.admin.auth
            let user = try await auth.users.create(.init(name: "someone")) { $0.password = "a password" }
            let account = HubCredential.password(username: "someone", password: "a password")
            let early = hub.client.session(as: account)
            await hub.expect(.permission) { _ = try await early.core.nodes.create(.init(name: "mine")) }
            let permission = try #require(try await auth.permissions.find(filter: .name("node_create")).first)
            try await auth.userPermissions.create(.init(userID: user.id, permissionID: permission.id))
            await hub.expect(.permission) { _ = try await early.core.nodes.create(.init(name: "mine")) }
            let late = hub.client.session(as: account)
            #expect(try await late.core.nodes.create(.init(name: "mine")).name == "mine")
        }
    }

    @Test func extraFieldsAndTheirGuards() async throws {
        try await FlameTestHub.run { hub async throws in
            let owners = try await hub.admin.auth.users.find(filter: .name("owner"), fields: [.email])
            #expect(owners.map(\.email) == ["owner@example.org"])
            let registries = try await hub.admin.core.registries.find(fields: [.accountSecret])
            #expect(registries.first?.accountSecret != nil)
            await hub.expect(.permission) {
                _ = try await hub.owner.core.registries.find(fields: [.accountSecret])
            }
        }
    }
}
