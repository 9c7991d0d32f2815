// SPDX-License-Identifier: Apache-2.0

/// Buckets and files (flame-hub.md, 4.12).
extension FlameSchema {
    static let storageResources = [buckets, bucketFiles]

    private static let buckets = FlameResource(
        "buckets",
        .storage,
        fields: [
            FlameField("name", .text(3...256), .written, required: true),
            FlameField("region", .text(0...256), .written),
            FlameField("realmId", .uuid, .create),
            FlameField("actorType", .text(0...64)),
            FlameField("actorId", .uuid),
        ],
        filterKeys: ["id", "name", "realmId", "actorType", "actorId"],
        sortKeys: ["id", "updatedAt", "createdAt"],
        rules: .buckets
    )

    private static let bucketFiles = FlameResource(
        "bucket-files",
        .storage,
        [.list, .get, .delete],
        fields: [
            FlameField("name", .text(0...512)),
            FlameField("path", .text(0...4096)),
            FlameField("hash", .text(0...512)),
            FlameField("directory", .text(0...4096)),
            FlameField("size", .integer(0...Int.max)),
            FlameField("actorType", .text(0...64)),
            FlameField("actorId", .uuid),
            FlameField("realmId", .uuid),
            FlameField("bucketId", .uuid, target: "buckets", isPart: true),
        ],
        relations: [FlameRelation("bucket", "bucketId", "buckets")],
        filterKeys: ["id", "name", "directory", "realmId", "actorType", "actorId", "bucketId"],
        sortKeys: ["id", "directory", "name", "updatedAt", "createdAt"],
        uniqueKeys: [["bucketId", "path"]],
        indexed: ["bucketId"],
        rules: .bucketFiles
    )
}
