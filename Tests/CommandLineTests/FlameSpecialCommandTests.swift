// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// What only some resources of the Hub have.
@Suite struct FlameSpecialCommandTests {
    private static let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) })

    @Test func files() async throws {
        try await AgentShell.golden("flame-files") { shell in
            try shell.configureFlameAsAdmin()
            try shell.write(Self.content, to: "data.bin")
            try await shell.prepare("flame", "buckets", "create", "--set", "name=files", "--as", "owner")
            let bucket = try shell.id(of: "buckets", where: ["name": "files"])
            let upload = ["flame", "buckets", "upload", bucket, "data.bin", "--as", "owner"]
            try await shell.run(upload + ["--path", "a/data.bin"])
            try await shell.run(upload + ["--path", "a/data.bin"])
            try await shell.run(upload + ["--path", "a/data.bin", "--replace", "--output", "json"])
            try await shell.run("flame", "buckets", "upload", bucket, "missing.bin", "--as", "owner")
            try await shell.run("flame", "buckets", "upload", UUID().uuidString, "data.bin", "--as", "owner")

            let file = try shell.id(of: "bucket-files", where: ["path": "a/data.bin"])
            try await shell.run("flame", "bucket-files", "list", "--filter", "bucket_id=\(bucket)")
            try await shell.run("flame", "bucket-files", "download", file, "copy.bin")
            #expect(shell.contents(of: "copy.bin") == Self.content)
            try await shell.run("flame", "bucket-files", "download", UUID().uuidString, "none.bin")
            #expect(shell.contents(of: "none.bin") == nil)
            try await shell.run("flame", "buckets", "download", bucket, "files.tar")
            let archive = try #require(shell.contents(of: "files.tar"))
            #expect(archive.starts(with: "a/data.bin".utf8))
            #expect(archive.dropFirst(512).starts(with: Self.content))
            try await shell.run("flame", "buckets", "download", UUID().uuidString, "none.tar")
            try await shell.run("flame", "bucket-files", "delete", file)
            try await shell.run("flame", "bucket-files", "delete", file, "--as", "owner")
        }
    }

    @Test func analysisCommands() async throws {
        try await AgentShell.golden("flame-analysis-command") { shell in
            try shell.configureFlameAsAdmin()
            let analysis = try shell.id(of: "analyses", where: ["name": "analysis-3"])
            try await shell.run("flame", "analyses", "command", analysis, "storageCheck", "--as", "owner")
            try await shell.run("flame", "analyses", "command", analysis, "buildStart", "--as", "owner")
            try await shell.run("flame", "analyses", "command", analysis, "spinUp", "--as", "owner")
            try await shell.run("flame", "analyses", "command", analysis, "explode", "--as", "owner")
            try await shell.run("flame", "analyses", "command", UUID().uuidString, "buildCheck", "--as", "owner")
        }
    }

    @Test func logs() async throws {
        try await AgentShell.golden("flame-logs") { shell in
            try shell.configureFlameAsAdmin()
            let flame = shell.sandbox.flame
            let ids = [try shell.id(of: "analyses", where: ["name": "analysis-3"]), flame.seed.node.id]
            let logs = ["flame", "analysis-node-logs"]
            try await shell.run(logs + ["create"] + ids + ["it went wrong", "--level", "warn", "--code", "E42"])
            try await shell.run(logs + ["create"] + ids + ["x"])
            try await shell.run(logs + ["create"] + ids + ["it went wrong", "--level", "loud"])
            try await flame.waitUntilIdle()
            try await shell.run(logs + ["list"] + ids + ["--level", "warn"])
            try await shell.run(logs + ["list"] + ids + ["--output", "json"])
            try await shell.run(logs + ["list"] + ids + ["--level", "error"])
            try await shell.run(logs + ["list"] + ids + ["--limit", "51"])
            try await shell.run(logs + ["delete"] + ids)
            try await shell.run(logs + ["delete", "all", "of-them"])

            flame.change("analyses", ids[0], ["buildStatus": .null])
            let parts = flame.records("analysis-nodes", where: ["analysisId": .string(ids[0])])
            for part in parts {
                flame.change("analysis-nodes", try #require(part["id"]?.stringValue), ["approvalStatus": "approved"])
            }
            try await shell.prepare("flame", "analyses", "command", ids[0], "buildStart", "--as", "owner")
            try await flame.waitUntilIdle()
            try await shell.run("flame", "analysis-logs", "list", ids[0])
            try await shell.run("flame", "analysis-logs", "list", "analysis-3")
            try await shell.run("flame", "analysis-logs", "delete", ids[0])
            try await shell.run("flame", "analysis-logs", "list", ids[0], "--output", "json")
            flame.faults.plan(.status(500), path: "/core/analysis-logs")
            try await shell.run("flame", "analysis-logs", "delete", ids[0])
        }
    }

    @Test func credentials() async throws {
        try await AgentShell.golden("flame-credentials") { shell in
            try shell.configureFlameAsAdmin()
            let (seed, flame) = (shell.sandbox.flame.seed, shell.sandbox.flame)
            let own = ["flame", "nodes", "client-credentials", seed.node.id]
            try await shell.run(own)
            try await shell.run(own + ["--secret-to", "secret", "--output", "json"])
            #expect(shell.contents(of: "secret") == Data(seed.node.account.secret.utf8))
            try await shell.run(own + ["--secret-to", "secret"])
            try await shell.run("flame", "nodes", "client-credentials", seed.aggregator.id)

            try shell.write("chosen here\n".utf8, to: "chosen")
            let rotate = ["flame", "nodes", "rotate-client-credentials", seed.aggregator.id, "--secret-from", "chosen"]
            try await shell.run(rotate)
            try await shell.run(rotate + ["--as", "owner"])
            let client = try #require(flame.record("nodes", seed.aggregator.id)?["clientId"]?.stringValue)
            #expect(flame.record("clients", client)?["secret"] == "chosen here")

            let registry = ["flame", "nodes", "registry-credentials"]
            let project = try #require(flame.record("nodes", seed.node.id)?["registryProjectId"]?.stringValue)
            let account = try #require(flame.record("registry-projects", project)?["accountName"]?.stringValue)
            shell.mask(account, as: "<account>")
            try await shell.run(registry + [seed.node.id, "--secret-to", "registry-secret"])
            #expect(
                shell.contents(of: "registry-secret").map { String(decoding: $0, as: UTF8.self) }
                    == flame.record("registry-projects", project)?["accountSecret"]?.stringValue
            )
            try await shell.run(registry + [seed.aggregator.id])

            try await shell.prepare(
                "flame",
                "analyses",
                "create",
                "--set",
                "projectId=\(seed.project)",
                "--set",
                "name=new-analysis",
                "--as",
                "owner"
            )
            let analysis = try shell.id(of: "analyses", where: ["name": "new-analysis"])
            try await shell.run("flame", "analyses", "client-credentials", analysis, "--as", "owner")
            try await shell.run("flame", "analyses", "client-credentials", analysis)
            try await shell.run(
                "flame",
                "analyses",
                "rotate-client-credentials",
                analysis,
                "--secret-to",
                "new-secret",
                "--as",
                "owner"
            )
            let owned = try #require(flame.record("analyses", analysis)?["clientId"]?.stringValue)
            #expect(
                shell.contents(of: "new-secret").map { String(decoding: $0, as: UTF8.self) }
                    == flame.record("clients", owned)?["secret"]?.stringValue
            )
            let elsewhere = ["--secret-to", "other-secret"]
            try await shell.run(["flame", "analyses", "rotate-client-credentials", analysis] + elsewhere)
            try await shell.run("flame", "analyses", "rotate-client-credentials", analysis)
        }
    }

    @Test func registriesAndImages() async throws {
        try await AgentShell.golden("flame-registries") { shell in
            try shell.configureFlameAsAdmin()
            let seed = shell.sandbox.flame.seed
            let command = ["flame", "registries", "command", seed.registry]
            try await shell.run(command + ["setup", "--as", "owner"])
            try await shell.run("flame", "registry-projects", "list", "--filter", "type=incoming,outgoing,masterImages")
            try await shell.run(command + ["cleanup", "--as", "owner"])
            try await shell.run(command + ["setup"])
            try await shell.run(command + ["burn", "--as", "owner"])
            try await shell.run("flame", "master-images", "sync", "--as", "owner")
            try await shell.run("flame", "master-images", "sync")
            try await shell.run("flame", "master-images", "build", seed.masterImage, "--as", "owner")
            try await shell.run("flame", "master-images", "build", UUID().uuidString, "--as", "owner")
        }
    }
}
