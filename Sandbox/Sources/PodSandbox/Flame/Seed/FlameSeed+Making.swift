// SPDX-License-Identifier: Apache-2.0

extension FlameSeed {
    init(_ size: Size, in state: inout FlameState) {
        let master = state.insert("realms", ["name": "master", "builtIn": true])
        let hospital = state.insert("realms", ["name": "hospital", "displayName": "A hospital"])
        let research = state.insert("realms", ["name": "research", "displayName": "A university"])
        let permissions = Self.makePermissions(in: &state)
        admin = Self.user("admin", "start123", master, permissions.map(\.value), role: "admin", in: &state)
        let owning = ["analysis_approve", "analysis_update", "project_approve", "node_update"]
        owner = Self.user("owner", "owner-password", hospital, owning.compactMap { permissions[$0] }, in: &state)
        let researching = [
            "analysis_create", "analysis_update", "analysis_delete", "project_create", "project_update",
            "project_delete", "bucket_create",
        ]
        researcher = Self.user(
            "researcher",
            "researcher-password",
            research,
            researching.compactMap { permissions[$0] },
            in: &state
        )
        registry =
            state.insert(
                "registries",
                [
                    "name": "registry", "host": "registry.example.org", "accountName": "admin",
                    "accountSecret": .string(SandboxIDs.secret(bytes: 16)),
                ]
            ).id
        state.switches.defaultRegistry = registry
        masterImage = Self.makeImages(in: &state)
        node = Self.node("hospital-node", hospital, "default", registry, in: &state)
        aggregator = Self.node("aggregator-node", research, "aggregator", registry, in: &state)
        project = Self.project("heart-study", research, researcher, masterImage, in: &state)
        undecidedProject = Self.project("lung-study", research, researcher, masterImage, in: &state)
        for (project, approval) in [(project, JSONValue.string("approved")), (undecidedProject, .null)] {
            for (node, realm) in [(node, hospital), (aggregator, research)] {
                state.insert(
                    "project-nodes",
                    [
                        "projectId": .string(project), "nodeId": .string(node.id),
                        "approvalStatus": node.id == aggregator.id ? "approved" : approval,
                        "projectRealmId": .string(research.id), "nodeRealmId": .string(realm.id),
                    ]
                )
            }
            state.change("projects", project, ["nodes": 2])
        }
        makeAnalyses(size.analyses, in: &state)
    }

    private static let permissionNames =
        ["realm", "user", "role", "permission", "client", "robot", "node", "project", "analysis", "bucket"]
        .flatMap { thing in ["create", "update", "delete"].map { "\(thing)_\($0)" } }
        + [
            "analysis_approve", "project_approve", "registry_manage", "registry_project_manage",
            "master_image_manage", "role_permission_create", "role_permission_delete", "user_permission_create",
            "user_permission_delete", "user_role_create", "user_role_delete", "robot_permission_create",
            "robot_permission_delete", "robot_role_create", "robot_role_delete",
        ]

    private static func makePermissions(in state: inout FlameState) -> [String: String] {
        var ids: [String: String] = [:]
        for name in permissionNames {
            ids[name] = state.insert("permissions", ["name": .string(name), "builtIn": true]).id
        }
        return ids
    }

    private static func user(
        _ name: String,
        _ password: String,
        _ realm: FlameRow,
        _ permissions: [String],
        role: String? = nil,
        in state: inout FlameState
    ) -> Account {
        let user = state.insert(
            "users",
            [
                "name": .string(name), "password": .string(password), "email": .string("\(name)@example.org"),
                "realmId": .string(realm.id),
            ]
        )
        let role = state.insert("roles", ["name": .string(role ?? "\(name)-role"), "realmId": .string(realm.id)])
        for permission in permissions {
            state.insert(
                "role-permissions",
                [
                    "roleId": .string(role.id), "permissionId": .string(permission),
                    "roleRealmId": .string(realm.id),
                ]
            )
        }
        state.insert(
            "user-roles",
            [
                "userId": .string(user.id), "roleId": .string(role.id), "userRealmId": .string(realm.id),
                "roleRealmId": .string(realm.id),
            ]
        )
        return Account(id: user.id, name: name, secret: password, realm: realm.text("name"))
    }

    private static func node(
        _ name: String,
        _ realm: FlameRow,
        _ type: String,
        _ registry: String,
        in state: inout FlameState
    ) -> Node {
        let row = state.insert(
            "nodes",
            [
                "name": .string(name), "realmId": .string(realm.id), "type": .string(type),
                "registryId": .string(registry),
                "externalName": .string(String(SandboxIDs.secret(bytes: 11).prefix(21))),
            ]
        )
        state.equip(row)
        let accountID = state.row("nodes", row.id)?.text("clientId") ?? ""
        let secret = state.row(state.release.isOld ? "robots" : "clients", accountID)?.text("secret") ?? ""
        return Node(
            id: row.id,
            name: name,
            account: Account(id: accountID, name: row.id, secret: secret, realm: realm.text("name"))
        )
    }

    private static func project(
        _ name: String,
        _ realm: FlameRow,
        _ user: Account,
        _ image: String,
        in state: inout FlameState
    ) -> String {
        let fields: [String: JSONValue] = [
            "name": .string(name), "realmId": .string(realm.id), "userId": .string(user.id),
            "masterImageId": .string(image),
        ]
        return state.insert("projects", fields).id
    }

    private static func makeImages(in state: inout FlameState) -> String {
        state.insert("master-image-groups", ["name": "python", "path": "python", "virtualPath": "python"])
        let image = state.insert(
            "master-images",
            [
                "name": "base", "path": "python/base", "virtualPath": "python/base", "groupVirtualPath": "python",
                "command": "python", "commandArguments": [["value": "main.py", "position": "after"]],
            ]
        )
        return image.id
    }
}
