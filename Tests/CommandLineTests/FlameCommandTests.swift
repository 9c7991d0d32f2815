// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct FlameCommandTests {
    @Test func listsFiltersAndSorts() async throws {
        try await AgentShell.golden("flame-list") { shell in
            try shell.configureFlame()
            try await shell.run("flame", "nodes", "list", "--sort", "name")
            try await shell.run(
                "flame",
                "nodes",
                "list",
                "--filter",
                "name=~hospital-node",
                "--sort",
                "-created_at",
                "--limit",
                "25"
            )
            try await shell.run("flame", "projects", "list", "--filter", "name=heart-study", "--output", "json")
            try await shell.run("flame", "nodes", "list", "--filter", "nmae=x")
            try await shell.run("flame", "nodes", "list", "--filter", "name")
            try await shell.run("flame", "nodes", "list", "--sort", "age")
            try await shell.run("flame", "nodes", "list", "--include", "realm")
        }
    }

    @Test func createsChangesAndDeletes() async throws {
        try await AgentShell.golden("flame-write") { shell in
            try shell.configureFlame()
            let project = shell.sandbox.flame.seed.project
            let node = shell.sandbox.flame.record("nodes", shell.sandbox.flame.seed.node.id)
            shell.mask(try #require(node?["externalName"]?.stringValue), as: "<external-name>")
            try await shell.run("flame", "projects", "get", project)
            try await shell.run("flame", "projects", "get", UUID().uuidString)
            try await shell.run("flame", "projects", "get", "heart-study")
            try await shell.run("flame", "nodes", "update", shell.sandbox.flame.seed.node.id, "--set", "hidden=true")
            try await shell.run(
                "flame",
                "nodes",
                "update",
                shell.sandbox.flame.seed.node.id,
                "--set",
                "hidden=true",
                "--as",
                "owner"
            )
            try await shell.run("flame", "nodes", "update", shell.sandbox.flame.seed.node.id, "--set", "colour=red")
            try await shell.run("flame", "buckets", "create", "--set", "name=my-files", "--as", "owner")
        }
    }

    @Test func nodeWithoutAnAgent() async throws {
        try await AgentShell.golden("flame-node") { shell in
            try await shell.run("flame", "status")
            try shell.configureFlame()
            try await shell.run("flame", "status")
            try await shell.run("flame", "consent", "grant", "project", shell.sandbox.flame.seed.project)
            try await shell.run("flame", "consent", "withdraw", "analysis", "heart")
            try await shell.run("flame", "consent", "list")
            try await shell.run("flame", "approvals", "list")
            try await shell.run("flame", "approvals", "approve", shell.sandbox.flame.seed.undecidedProject)
            try await shell.run("flame", "analyses", "list")
            try await shell.run("flame", "analyses", "report", UUID().uuidString, "--status", "starting")
        }
    }
}
