// SPDX-License-Identifier: Apache-2.0

/// Registries and master images (flame-hub.md, 4.10).
extension FlameSchema {
    static let registryResources = [registries, registryProjects, masterImages, masterImageGroups]

    private static let registries = FlameResource(
        "registries",
        .core,
        fields: [
            FlameField("name", .text(3...128), .written, required: true),
            FlameField("host", .host(3...512), .written, required: true),
            FlameField("accountName", .text(3...256), .written),
            FlameField("accountSecret", .text(3...256), .written, isExtra: true),
        ],
        filterKeys: ["id", "name"],
        sortKeys: ["id", "updatedAt", "createdAt"],
        uniqueKeys: [["name"], ["host"]],
        rules: .registries
    )

    private static let registryProjects = FlameResource(
        "registry-projects",
        .core,
        fields: [
            FlameField("name", .text(5...128), .written, required: true),
            FlameField(
                "type",
                .word(["default", "aggregator", "incoming", "outgoing", "masterImages", "node"]),
                .create,
                required: true
            ),
            FlameField("registryId", .uuid, .create, required: true, target: "registries", isPart: true),
            FlameField("externalName", .code(3...64), .written, required: true),
            FlameField("accountName", .text(0...256)),
            FlameField("accountSecret", .text(0...256), isExtra: true),
            FlameField("accountId", .text(0...256)),
            FlameField("externalId", .text(0...256)),
            FlameField("public", .flag, standard: false),
            FlameField("webhookName", .text(0...256)),
            FlameField("webhookExists", .flag),
            FlameField("realmId", .uuid),
        ],
        relations: [FlameRelation("registry", "registryId", "registries")],
        filterKeys: ["id", "name", "registryId", "externalName", "type"],
        sortKeys: ["id", "updatedAt", "createdAt"],
        uniqueKeys: [["name", "registryId"], ["externalName", "registryId"]],
        indexed: ["registryId"],
        rules: .registryProjects
    )

    private static let masterImages = FlameResource(
        "master-images",
        .core,
        [.list, .get],
        fields: [
            FlameField("name", .text(0...512)),
            FlameField("path", .text(0...512)),
            FlameField("virtualPath", .text(0...512)),
            FlameField("groupVirtualPath", .text(0...512)),
            FlameField("command", .text(0...512)),
            FlameField("commandArguments", .arguments),
            FlameField("buildStatus", .word(processStatuses)),
            FlameField("buildProgress", .integer(0...100)),
        ],
        filterKeys: ["id", "name", "path", "virtualPath", "groupVirtualPath"],
        sortKeys: ["path"],
        defaultSort: FlameSort("path"),
        newFields: ["buildStatus", "buildProgress"]
    )

    private static let masterImageGroups = FlameResource(
        "master-image-groups",
        .core,
        [.list, .get],
        fields: [
            FlameField("name", .text(0...512)),
            FlameField("path", .text(0...512)),
            FlameField("virtualPath", .text(0...512)),
        ],
        filterKeys: ["id", "name", "path", "virtualPath"],
        sortKeys: []
    )
}
