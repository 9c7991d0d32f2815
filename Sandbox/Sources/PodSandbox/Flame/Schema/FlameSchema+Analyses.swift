// SPDX-License-Identifier: Apache-2.0

/// Analyses and what belongs to them (flame-hub.md, 4.6, 4.7 and 4.9).
extension FlameSchema {
    static let processStatuses = ["starting", "started", "stopping", "stopped", "executing", "executed", "failed"]

    static let analysisResources = [
        analyses, analysisNodes, analysisNodeEvents, analysisBuckets, analysisBucketFiles,
    ]

    private static func part(_ name: String, of target: String) -> FlameField {
        FlameField(name, .uuid, .create, required: true, target: target, isPart: true)
    }

    private static let analyses = FlameResource(
        "analyses",
        .core,
        fields: [
            part("projectId", of: "projects"),
            FlameField("name", .name(3...128), .written),
            FlameField("displayName", .text(3...256), .written),
            FlameField("description", .text(5...4096), .written),
            FlameField("masterImageId", .uuid, .written, target: "master-images"),
            FlameField("registryId", .uuid, .written, target: "registries"),
            FlameField("imageCommandArguments", .arguments, .written, standard: []),
            FlameField("nodes", .integer(0...Int.max), standard: 0),
            FlameField("nodesApproved", .integer(0...Int.max), standard: 0),
            FlameField("configurationLocked", .flag, standard: false),
            FlameField("configurationEntrypointValid", .flag, standard: false),
            FlameField("configurationImageValid", .flag, standard: false),
            FlameField("configurationNodeAggregatorValid", .flag, standard: false),
            FlameField("configurationNodeDefaultValid", .flag, standard: false),
            FlameField("configurationNodesValid", .flag, standard: false),
            FlameField("buildNodesValid", .flag, standard: false),
            FlameField("buildStatus", .word(processStatuses)),
            FlameField("buildProgress", .integer(0...100)),
            FlameField("buildHash", .text(0...512)),
            FlameField("buildOs", .text(0...512)),
            FlameField("buildSize", .integer(0...Int.max)),
            FlameField("distributionStatus", .word(processStatuses)),
            FlameField("distributionProgress", .integer(0...100)),
            FlameField("executionStatus", .word(processStatuses)),
            FlameField("executionProgress", .integer(0...100)),
            FlameField("realmId", .uuid),
            FlameField("userId", .uuid),
            FlameField("clientId", .uuid),
        ],
        relations: [
            FlameRelation("project", "projectId", "projects"),
            FlameRelation("masterImage", "masterImageId", "master-images"),
        ],
        filterKeys: [
            "id", "name", "displayName", "description", "projectId", "realmId", "buildStatus", "executionStatus",
            "configurationLocked",
        ],
        sortKeys: ["name", "displayName", "createdAt", "updatedAt"],
        defaultSort: FlameSort("updatedAt", descending: true),
        indexed: ["projectId", "masterImageId", "registryId"],
        oldNames: ["executionStatus": "run_status"],
        newFields: [
            "displayName", "nodesApproved", "buildNodesValid", "buildProgress", "buildHash", "buildOs", "buildSize",
            "distributionStatus", "distributionProgress", "executionProgress", "clientId",
        ],
        rules: .analyses
    )

    private static let analysisNodes = FlameResource(
        "analysis-nodes",
        .core,
        fields: [
            part("analysisId", of: "analyses"),
            part("nodeId", of: "nodes"),
            FlameField("approvalStatus", .word(approvals), .update),
            FlameField("comment", .text(0...Int.max), .update),
            FlameField("executionStatus", .word(processStatuses), .update),
            FlameField("executionProgress", .integer(0...100), .update),
            FlameField("artifactTag", .text(0...512)),
            FlameField("artifactDigest", .text(0...512)),
            FlameField("analysisRealmId", .uuid),
            FlameField("nodeRealmId", .uuid),
        ],
        relations: [FlameRelation("node", "nodeId", "nodes"), FlameRelation("analysis", "analysisId", "analyses")],
        filterKeys: [
            "executionStatus", "approvalStatus", "analysisId", "analysisRealmId", "nodeId", "nodeRealmId",
        ],
        uniqueKeys: [["analysisId", "nodeId"]],
        indexed: ["analysisId", "nodeId", "approvalStatus", "executionStatus"],
        oldNames: ["executionStatus": "run_status"],
        newFields: ["executionProgress"],
        rules: .analysisNodes
    )

    private static let analysisNodeEvents = FlameResource(
        "analysis-node-events",
        .core,
        [.list, .get],
        fields: [part("analysisId", of: "analyses"), part("nodeId", of: "nodes")],
        relations: [FlameRelation("node", "nodeId", "nodes"), FlameRelation("analysis", "analysisId", "analyses")],
        filterKeys: ["analysisId", "nodeId"],
        indexed: ["analysisId", "nodeId"]
    )

    private static let analysisBuckets = FlameResource(
        "analysis-buckets",
        .core,
        [.list, .get, .create, .delete],
        fields: [
            FlameField("type", .word(["CODE", "RESULT", "TEMP"]), .create, required: true),
            FlameField("bucketId", .uuid, .create, required: true, target: "buckets"),
            part("analysisId", of: "analyses"),
            FlameField("realmId", .uuid),
        ],
        relations: [FlameRelation("analysis", "analysisId", "analyses")],
        filterKeys: ["analysisId", "type"],
        sortKeys: ["type", "createdAt", "updatedAt"],
        indexed: ["analysisId", "bucketId"],
        oldNames: ["bucketId": "external_id"],
        rules: .analysisBuckets
    )

    private static let analysisBucketFiles = FlameResource(
        "analysis-bucket-files",
        .core,
        fields: [
            FlameField("path", .text(1...4096), .create, required: true),
            FlameField("bucketFileId", .uuid, .create, required: true, target: "bucket-files"),
            FlameField("bucketId", .uuid, .create, target: "buckets"),
            part("analysisBucketId", of: "analysis-buckets"),
            FlameField("root", .flag, .written, standard: false),
            FlameField("analysisId", .uuid, target: "analyses", isPart: true),
            FlameField("realmId", .uuid),
            FlameField("userId", .uuid),
            FlameField("clientId", .uuid),
        ],
        relations: [
            FlameRelation("analysis", "analysisId", "analyses"),
            FlameRelation("analysisBucket", "analysisBucketId", "analysis-buckets"),
        ],
        filterKeys: ["path", "root", "analysisBucketId", "analysisId"],
        sortKeys: ["path", "createdAt", "updatedAt"],
        indexed: ["analysisId", "analysisBucketId", "bucketFileId"],
        oldNames: [
            "path": "name", "bucketFileId": "external_id", "analysisBucketId": "bucket_id", "analysisBucket": "bucket",
            "clientId": "robot_id",
        ],
        newFields: ["bucketId"],
        rules: .analysisBucketFiles
    )
}
