// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// What all resources of the Hub have in common.
@Suite struct FlameResourceCommandTests {
    @Test func pagesEmbedsAndAddsFields() async throws {
        try await AgentShell.golden("flame-pages") { shell in
            try shell.configureFlame()
            try await shell.run("flame", "analyses", "find", "--sort", "name", "--limit", "3", "--offset", "2")
            try await shell.run("flame", "permissions", "list", "--all", "--sort", "name")
            try await shell.run("flame", "buckets", "list")
            try await shell.run("flame", "buckets", "list", "--output", "json")
            let undecided = [
                "--filter", "approvalStatus=null", "--filter", "node_id=\(shell.sandbox.flame.seed.node.id)",
            ]
            try await shell.run(["flame", "analysis-nodes", "list", "--sort", "-updated_at"] + undecided)
            try await shell.run(
                ["flame", "analysis-nodes", "list", "--include", "analysis", "--output", "json", "--limit", "1"]
                    + undecided
            )
            try await shell.run(
                "flame",
                "users",
                "list",
                "--filter",
                "name=owner",
                "--field",
                "email",
                "--output",
                "json"
            )
            try await shell.run("flame", "registries", "list", "--field", "accountSecret")
            try await shell.run("flame", "nodes", "list", "--field", "weight")
            try await shell.run("flame", "nodes", "list", "--limit", "0")
            try await shell.run("flame", "nodes", "list", "--all", "--offset", "1")
            shell.sandbox.flame.faults.plan(.status(500), path: "/core/nodes")
            try await shell.run("flame", "nodes", "list")
        }
    }

    @Test func getsOne() async throws {
        try await AgentShell.golden("flame-get") { shell in
            try shell.configureFlame()
            let seed = shell.sandbox.flame.seed
            try await shell.run("flame", "nodes", "get", seed.node.id, "--include", "registry")
            try await shell.run("flame", "master-images", "get", seed.masterImage, "--output", "json")
            try await shell.run("flame", "users", "get", seed.owner.id, "--field", "email")
            try await shell.run("flame", "users", "get", UUID().uuidString)
            try await shell.run("flame", "nodes", "get", "hospital-node")
        }
    }

    @Test func createsChangesAndDeletes() async throws {
        try await AgentShell.golden("flame-records") { shell in
            try shell.configureFlameAsAdmin()
            let create = ["flame", "projects", "create", "--as", "owner"]
            try await shell.run(create + ["--set", "name=Knee-Study", "--set", "description=All about knees"])
            try await shell.run(create + ["--set", "name=knee-study"])
            try await shell.run(create + ["--set", "name=x"])
            try await shell.run(create + ["--set", "name"])
            try await shell.run("flame", "projects", "create", "--set", "name=elbow-study")

            let id = try shell.id(of: "projects", where: ["name": "knee-study"])
            try shell.write(#"{"displayName": "Knees", "description": null}"#.utf8, to: "fields.json")
            try shell.write("[]".utf8, to: "list.json")
            let update = ["flame", "projects", "update", id, "--as", "owner"]
            try await shell.run(update + ["--json", "fields.json", "--set", "masterImageId=null", "--output", "json"])
            try await shell.run(update + ["--json", "list.json"])
            try await shell.run(update + ["--json", "missing.json"])
            try await shell.run(update + ["--set", "nodes=7"])
            try await shell.run("flame", "projects", "delete", id)
            try await shell.run("flame", "projects", "delete", id, "--as", "owner")
            try await shell.run("flame", "projects", "delete", id, "--as", "owner")
        }
    }

    @Test func givesRolesToNewUsers() async throws {
        try await AgentShell.golden("flame-users") { shell in
            try shell.configureFlameAsAdmin()
            try shell.write("correct horse".utf8, to: "password")
            try await shell.run(
                "flame",
                "users",
                "create",
                "--set",
                "name=someone",
                "--set-from-file",
                "password=password",
                "--as",
                "owner"
            )
            let user = try shell.id(of: "users", where: ["name": "someone"])
            let role = try shell.id(of: "roles", where: ["name": "owner-role"])
            let create = ["flame", "user-roles", "create", "--set", "userId=\(user)", "--set", "roleId=\(role)"]
            try await shell.run(create)
            try await shell.run(create + ["--as", "owner"])
            try await shell.run(create + ["--as", "owner"])
            let given = try shell.id(of: "user-roles", where: ["userId": .string(user)])
            try await shell.run("flame", "user-roles", "list", "--filter", "user_id=\(user)")
            try await shell.run("flame", "user-roles", "delete", given, "--as", "owner")
            let record = shell.sandbox.flame.record("users", user)
            #expect(record?["password"] == "correct horse")
        }
    }

    /// Every command says what it is for.
    @Test func explainsEveryCommand() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "help-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let leaves = try await CommandTree.load(in: directory).leaves.filter { $0.hasPrefix("flame ") }
        try #require(leaves.count > 100)
        for leaf in leaves.sorted() {
            let words = leaf.split(separator: " ").map(String.init)
            let help = try await CommandRun(arguments: words + ["--help"], directory: directory).finished()
            #expect(help.exitCode == 0, "\(leaf)")
            #expect(help.standardOutput.contains(/^OVERVIEW: \S.*\n/), "\(leaf)")
            #expect(help.standardOutput.contains("USAGE: pod-agent \(leaf) "), "\(leaf)")
        }
    }
}
