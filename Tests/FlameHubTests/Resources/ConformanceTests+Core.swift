// SPDX-License-Identifier: Apache-2.0

import StrictJSON

@testable import FlameHub
@testable import FlameTestSupport

extension ConformanceTests {
    static var core: [Case] { nodes + projects + analyses + buckets + registries + images }

    private static var nodes: [Case] {
        reading("core", "nodes", \.core.nodes) + deleting("core", "nodes", \.core.nodes)
            + creating(
                "core",
                "nodes",
                \.core.nodes,
                { .init(name: "abc") },
                ["name": "abc", "type": "default", "hidden": false]
            )
            + updating("core", "nodes", \.core.nodes, { $0.registryID = .null }, ["registryId": nil])
    }

    private static var projects: [Case] {
        reading("core", "projects", \.core.projects) + deleting("core", "projects", \.core.projects)
            + creating("core", "projects", \.core.projects, { .init(name: "abc") }, ["name": "abc"])
            + updating("core", "projects", \.core.projects, { $0.displayName = .set("A b") }, ["displayName": "A b"])
            + reading("core", "project-nodes", \.core.projectNodes)
            + deleting("core", "project-nodes", \.core.projectNodes)
            + creating(
                "core",
                "project-nodes",
                \.core.projectNodes,
                { .init(projectID: Rows.id(1), nodeID: Rows.id(2)) },
                ["projectId": .string(one), "nodeId": .string(two)]
            )
            + updating(
                "core",
                "project-nodes",
                \.core.projectNodes,
                { $0.approvalStatus = .set(.rejected) },
                ["approvalStatus": "rejected"]
            )
    }

    private static var analyses: [Case] {
        reading("core", "analyses", \.core.analyses) + deleting("core", "analyses", \.core.analyses)
            + creating(
                "core",
                "analyses",
                \.core.analyses,
                {
                    var draft = Analysis.Draft(projectID: Rows.id(1))
                    draft.imageCommandArguments = [.init("--x", position: .before), .init("y1")]
                    return draft
                },
                [
                    "projectId": .string(one),
                    "imageCommandArguments": [["value": "--x", "position": "before"], ["value": "y1"]],
                ]
            )
            + updating("core", "analyses", \.core.analyses, { $0.masterImageID = .null }, ["masterImageId": nil])
            + reading("core", "analysis-nodes", \.core.analysisNodes)
            + deleting("core", "analysis-nodes", \.core.analysisNodes)
            + creating(
                "core",
                "analysis-nodes",
                \.core.analysisNodes,
                { .init(analysisID: Rows.id(1), nodeID: Rows.id(2)) },
                ["analysisId": .string(one), "nodeId": .string(two)]
            )
            + updating(
                "core",
                "analysis-nodes",
                \.core.analysisNodes,
                { $0.executionProgress = .set(5) },
                ["executionProgress": 5]
            )
            + reading("core", "analysis-node-events", \.core.analysisNodeEvents)
    }

    private static var buckets: [Case] {
        reading("core", "analysis-buckets", \.core.analysisBuckets)
            + deleting("core", "analysis-buckets", \.core.analysisBuckets)
            + creating(
                "core",
                "analysis-buckets",
                \.core.analysisBuckets,
                { .init(type: .code, bucketID: Rows.id(1), analysisID: Rows.id(2)) },
                ["type": "CODE", "bucketId": .string(one), "analysisId": .string(two)]
            )
            + reading("core", "analysis-bucket-files", \.core.analysisBucketFiles)
            + deleting("core", "analysis-bucket-files", \.core.analysisBucketFiles)
            + creating(
                "core",
                "analysis-bucket-files",
                \.core.analysisBucketFiles,
                {
                    .init(path: "a/b", bucketFileID: Rows.id(1), bucketID: Rows.id(2), analysisBucketID: Rows.id(1))
                },
                [
                    "path": "a/b", "bucketFileId": .string(one), "bucketId": .string(two),
                    "analysisBucketId": .string(one), "root": false,
                ]
            )
            + updating(
                "core",
                "analysis-bucket-files",
                \.core.analysisBucketFiles,
                { $0.root = true },
                ["root": true]
            )
    }

    private static var registries: [Case] {
        reading("core", "registries", \.core.registries) + deleting("core", "registries", \.core.registries)
            + creating(
                "core",
                "registries",
                \.core.registries,
                { .init(name: "abc", host: "h.example") },
                ["name": "abc", "host": "h.example"]
            )
            + updating("core", "registries", \.core.registries, { $0.accountSecret = .null }, ["accountSecret": nil])
            + reading("core", "registry-projects", \.core.registryProjects)
            + deleting("core", "registry-projects", \.core.registryProjects)
            + creating(
                "core",
                "registry-projects",
                \.core.registryProjects,
                { .init(name: "abcde", type: .masterImages, registryID: Rows.id(1), externalName: "abc") },
                ["name": "abcde", "type": "masterImages", "registryId": .string(one), "externalName": "abc"]
            )
            + updating("core", "registry-projects", \.core.registryProjects, { $0.name = "abcdef" }, ["name": "abcdef"])
    }

    private static var images: [Case] {
        reading("core", "master-images", \.core.masterImages)
            + reading("core", "master-image-groups", \.core.masterImageGroups)
    }

    static var storage: [Case] {
        reading("storage", "buckets", \.storage.buckets) + deleting("storage", "buckets", \.storage.buckets)
            + creating("storage", "buckets", \.storage.buckets, { .init(name: "abc") }, ["name": "abc"])
            + reading("storage", "bucket-files", \.storage.bucketFiles)
            + deleting("storage", "bucket-files", \.storage.bucketFiles)
    }
}
