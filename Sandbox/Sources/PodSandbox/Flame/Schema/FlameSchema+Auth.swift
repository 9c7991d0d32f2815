// SPDX-License-Identifier: Apache-2.0

/// Who there is, and who may do what (flame-hub.md, 4.11).
extension FlameSchema {
    static let authResources =
        [realms, users, permissions, roles, clients, robots]
        + [
            junction("role-permissions", "role", "permission"), junction("user-permissions", "user", "permission"),
            junction("user-roles", "user", "role"), junction("robot-permissions", "robot", "permission"),
            junction("robot-roles", "robot", "role"),
        ]

    private static let realm = FlameRelation("realm", "realmId", "realms")
    private static let displayName = FlameField("displayName", .text(3...256), .written)
    private static let description = FlameField("description", .text(5...4096), .written)
    private static let builtIn = FlameField("builtIn", .flag, standard: false)

    private static func realmID(_ access: FlameField.Access = []) -> FlameField {
        FlameField("realmId", .uuid, access, target: "realms", isPart: true)
    }

    private static let realms = FlameResource(
        "realms",
        .auth,
        fields: [FlameField("name", .name(3...128), .written, required: true), displayName, description, builtIn],
        filterKeys: ["id", "name", "displayName", "builtIn"],
        sortKeys: ["id", "name", "createdAt", "updatedAt"],
        uniqueKeys: [["name"]],
        indexed: ["name"],
        rules: .realms
    )

    private static let users = FlameResource(
        "users",
        .auth,
        fields: [
            FlameField("name", .name(3...128), .written, required: true),
            displayName,
            FlameField("email", .email, .written, isExtra: true),
            FlameField("active", .flag, .written, standard: true),
            FlameField("nameLocked", .flag, .written, standard: false),
            FlameField("firstName", .text(3...128), .written),
            FlameField("lastName", .text(3...128), .written),
            FlameField("avatar", .text(0...512)),
            FlameField("cover", .text(0...512)),
            FlameField("password", .password, .written),
            realmID(.create),
        ],
        relations: [realm],
        filterKeys: ["id", "name", "displayName", "realmId", "active"],
        sortKeys: ["id", "name", "displayName", "createdAt", "updatedAt"],
        uniqueKeys: [["name", "realmId"]],
        indexed: ["name", "realmId"],
        rules: .users
    )

    private static let permissions = FlameResource(
        "permissions",
        .auth,
        fields: [
            FlameField("name", .name(3...128), .written, required: true),
            displayName, description,
            realmID(.written),
            FlameField("policyId", .uuid),
            builtIn,
            FlameField("clientId", .uuid),
        ],
        filterKeys: ["id", "displayName", "name", "builtIn", "realmId", "clientId"],
        sortKeys: ["id", "name", "createdAt", "updatedAt"],
        uniqueKeys: [["name", "realmId"]],
        indexed: ["realmId"],
        rules: .permissions
    )

    private static let roles = FlameResource(
        "roles",
        .auth,
        fields: [
            FlameField("name", .name(3...128), .written, required: true),
            displayName, description,
            FlameField("target", .text(0...64)),
            builtIn,
            FlameField("clientId", .uuid),
            realmID(.create),
        ],
        relations: [realm],
        filterKeys: ["id", "builtIn", "name", "displayName", "target", "clientId", "realmId"],
        sortKeys: ["id", "name", "updatedAt", "createdAt"],
        uniqueKeys: [["name", "realmId"]],
        indexed: ["realmId"],
        rules: .roles
    )

    private static let clients = FlameResource(
        "clients",
        .auth,
        fields: [
            FlameField("name", .name(3...128), .written, required: true),
            displayName, description,
            FlameField("secret", .text(3...256), .written, isExtra: true),
            FlameField("redirectUri", .text(0...2000), .written),
            FlameField("baseUrl", .text(0...2000)),
            FlameField("backchannelLogoutUri", .text(0...2000), .written),
            FlameField("postLogoutRedirectUri", .text(0...2000), .written),
            FlameField("active", .flag, .written, standard: true),
            FlameField("isConfidential", .flag, .written, standard: true, isExtra: true),
            FlameField("secretHashed", .flag, .written, standard: false),
            FlameField("secretEncrypted", .flag, standard: false),
            FlameField("grantTypes", .text(0...512), .written),
            FlameField("authMethod", .word(["none", "secret", "tls"]), .written, standard: "secret"),
            FlameField("tokenBindingMethod", .word(["none", "tls"]), .written, standard: "none"),
            builtIn,
            realmID(.create),
        ],
        relations: [realm],
        filterKeys: ["id", "name", "displayName", "realmId", "active", "builtIn"],
        sortKeys: ["id", "createdAt", "updatedAt"],
        uniqueKeys: [["name", "realmId"]],
        indexed: ["name", "realmId"],
        rules: .clients
    )

    private static let robots = FlameResource(
        "robots",
        .auth,
        fields: [
            FlameField("name", .name(3...128), .written, required: true),
            displayName, description,
            FlameField("secret", .text(3...256), .written, isExtra: true),
            FlameField("active", .flag, .written, standard: true),
            FlameField("userId", .uuid),
            realmID(.written),
        ],
        relations: [realm, FlameRelation("user", "userId", "users")],
        filterKeys: ["id", "name", "realmId", "userId"],
        sortKeys: ["id", "name", "updatedAt", "createdAt"],
        uniqueKeys: [["name", "realmId"]],
        indexed: ["realmId"],
        rules: .robots
    )

    /// What gives a permission or a role to somebody.
    private static func junction(_ name: String, _ owner: String, _ given: String) -> FlameResource {
        func part(_ thing: String) -> FlameField {
            FlameField("\(thing)Id", .uuid, .create, required: true, target: "\(thing)s", isPart: true)
        }
        let policy = given == "permission" ? [FlameField("policyId", .uuid)] : []
        return FlameResource(
            name,
            .auth,
            [.list, .get, .create, .delete],
            fields: [
                part(owner), part(given), FlameField("\(owner)RealmId", .uuid), FlameField("\(given)RealmId", .uuid),
            ] + policy,
            relations: [
                FlameRelation(owner, "\(owner)Id", "\(owner)s"), FlameRelation(given, "\(given)Id", "\(given)s"),
            ],
            filterKeys: Set(
                ["id", "\(owner)Id", "\(given)Id", "\(owner)RealmId", "\(given)RealmId"] + policy.map(\.name)
            ),
            sortKeys: ["id", "createdAt", "updatedAt"],
            uniqueKeys: [["\(owner)Id", "\(given)Id"]],
            indexed: ["\(owner)Id", "\(given)Id"],
            rules: .junction(name, owner, given)
        )
    }
}
