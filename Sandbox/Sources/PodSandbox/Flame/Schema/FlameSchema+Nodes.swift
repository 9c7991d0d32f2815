// SPDX-License-Identifier: Apache-2.0

/// Nodes and projects (flame-hub.md, 4.4 and 4.5).
extension FlameSchema {
    static let approvals = ["approved", "rejected"]

    static let nodes = FlameResource(
        "nodes",
        .core,
        fields: [
            FlameField("name", .text(3...128), .written, required: true),
            FlameField("externalName", .code(1...64), .written),
            FlameField("hidden", .flag, .written, standard: false),
            FlameField("realmId", .uuid, .create, target: "realms"),
            FlameField("registryId", .uuid, .written, target: "registries"),
            FlameField("type", .word(["aggregator", "default"]), .written, standard: "default"),
            FlameField("publicKey", .text(5...4096), .written),
            FlameField("online", .flag, standard: false),
            FlameField("registryProjectId", .uuid, target: "registry-projects"),
            FlameField("clientId", .uuid),
        ],
        relations: [
            FlameRelation("registry", "registryId", "registries"),
            FlameRelation("registryProject", "registryProjectId", "registry-projects"),
        ],
        filterKeys: ["id", "name", "online", "hidden", "clientId", "realmId", "robotId"],
        sortKeys: ["name", "updatedAt", "createdAt"],
        uniqueKeys: [["name", "realmId"], ["externalName", "registryId"]],
        indexed: ["clientId", "registryId", "registryProjectId"],
        oldNames: ["clientId": "robot_id"],
        rules: .nodes
    )

    static let projects = FlameResource(
        "projects",
        .core,
        fields: [
            FlameField("name", .name(3...128), .written),
            FlameField("displayName", .text(3...256), .written),
            FlameField("description", .text(5...4096), .written),
            FlameField("masterImageId", .uuid, .written, target: "master-images"),
            FlameField("analyses", .integer(0...Int.max), standard: 0),
            FlameField("nodes", .integer(0...Int.max), standard: 0),
            FlameField("realmId", .uuid),
            FlameField("userId", .uuid),
            FlameField("clientId", .uuid),
        ],
        relations: [FlameRelation("masterImage", "masterImageId", "master-images")],
        filterKeys: ["id", "name", "displayName", "realmId", "userId"],
        sortKeys: ["id", "name", "displayName", "updatedAt", "createdAt"],
        uniqueKeys: [["name"]],
        indexed: ["name", "masterImageId"],
        oldNames: ["clientId": "robot_id"],
        newFields: ["displayName"],
        rules: .projects
    )

    static let projectNodes = FlameResource(
        "project-nodes",
        .core,
        fields: [
            FlameField("projectId", .uuid, .create, required: true, target: "projects", isPart: true),
            FlameField("nodeId", .uuid, .create, required: true, target: "nodes", isPart: true),
            FlameField("approvalStatus", .word(approvals), .update),
            FlameField("comment", .text(3...4096), .update),
            FlameField("projectRealmId", .uuid),
            FlameField("nodeRealmId", .uuid),
        ],
        relations: [FlameRelation("node", "nodeId", "nodes"), FlameRelation("project", "projectId", "projects")],
        filterKeys: ["approvalStatus", "projectId", "projectRealmId", "nodeId", "nodeRealmId"],
        uniqueKeys: [["projectId", "nodeId"]],
        indexed: ["projectId", "nodeId"],
        rules: .projectNodes
    )
}
