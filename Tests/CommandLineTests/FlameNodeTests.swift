// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// The commands about this machine's node, with an agent that runs.
@Suite struct FlameNodeTests {
    /// The node takes part in one analysis, which nobody has decided about.
    private static func golden(
        _ name: String,
        _ body: @escaping @Sendable (AgentShell, _ analysis: (analysis: String, part: String)) async throws -> Void
    ) async throws {
        try await AgentShell.golden(name) { shell in
            try shell.configureFlame()
            let hub = shell.sandbox.flame
            for analysis in hub.records("analyses") { hub.delete("analyses", analysis["id"]?.stringValue ?? "") }
            let analysis = hub.addAnalysis(["name": "kidney-model"])
            try await shell.whileAgentRuns {
                try await shell.waitUntilInStep()
                try await body(shell, analysis)
            }
        }
    }

    @Test func statusAndAnalyses() async throws {
        try await Self.golden("flame-node-analyses") { shell, analysis in
            try await shell.run("flame", "status")
            try await shell.run("flame", "analyses", "list")
            try await shell.run("flame", "analyses", "list", "--pending")
            try await shell.run("flame", "analyses", "list", "--all", "--output", "json")
            try await shell.run("flame", "analyses", "show", analysis.analysis)
            try await shell.run("flame", "analyses", "show", analysis.part, "--output", "json")
            try await shell.run("flame", "analyses", "show", shell.sandbox.flame.seed.project)
        }
    }

    @Test func decisions() async throws {
        try await Self.golden("flame-node-approvals") { shell, analysis in
            let hub = shell.sandbox.flame
            let project = hub.records("project-nodes", where: ["projectId": .string(hub.seed.undecidedProject)])
                .first { $0["nodeId"] == .string(hub.seed.node.id) }?["id"]?.stringValue
            try await shell.run("flame", "approvals", "list")
            try await shell.run("flame", "approvals", "approve", analysis.part, "--comment", "after a long look")
            try await shell.run("flame", "approvals", "approve", analysis.part)
            try await shell.run("flame", "approvals", "reject", try #require(project))
            try await shell.run("flame", "approvals", "list")
            let other = hub.addAnalysis(["name": "lung-model"])
            try await shell.waitForApproval(of: other.part)
            hub.change("analyses", other.analysis, ["buildHash": "another"])
            try await shell.run("flame", "approvals", "approve", other.part)
            try await shell.run("flame", "approvals", "approve", hub.seed.project)
            #expect(hub.record("analysis-nodes", analysis.part)?["comment"] == "after a long look")
            #expect(hub.record("project-nodes", project ?? "")?["approvalStatus"] == "rejected")
            #expect(hub.record("analysis-nodes", other.part)?["approvalStatus"] == .null)
        }
    }

    @Test func consentAndReports() async throws {
        try await Self.golden("flame-node-reports") { shell, analysis in
            let (id, part) = analysis
            try await shell.run("flame", "analyses", "report", id, "--status", "starting")
            try await shell.prepare("flame", "approvals", "list")
            try await shell.prepare("flame", "approvals", "approve", part)
            try await shell.run("flame", "consent", "grant", "analysis", id)
            try await shell.run("flame", "consent", "show", id)
            try await shell.run("flame", "consent", "show", shell.sandbox.flame.seed.project)
            try await shell.run("flame", "consent", "grant", "analysis", id)
            try await shell.run("flame", "consent", "grant", "analysis", shell.sandbox.flame.seed.project)
            try await shell.run("flame", "consent", "grant", "project", shell.sandbox.flame.seed.project, "--image", "sha256:1")
            try await shell.run("flame", "consent", "grant", "dataset", id)
            try await shell.run("flame", "consent", "list")
            try await shell.run("flame", "analyses", "report", id)
            try await shell.run("flame", "analyses", "report", id, "--status", "asleep")
            try await shell.run("flame", "analyses", "report", id, "--status", "executed")
            try await shell.run("flame", "analyses", "report", id, "--status", "starting")
            try await shell.run("flame", "analyses", "report", id, "--status", "starting")
            try await shell.run("flame", "analyses", "report", id, "--status", "started")
            try await shell.run("flame", "analyses", "report", id, "--status", "executing", "--progress", "40")
            try await shell.run("flame", "analyses", "list")
            try await shell.run("flame", "analyses", "log", id, "epoch 1 of 3", "--level", "debug")
            try await shell.run("flame", "analyses", "log", id, "hm")
            try await shell.run("flame", "analyses", "report", id, "--status", "executed")
            try await shell.run("flame", "analyses", "report", id, "--status", "starting")
            try await shell.run("flame", "consent", "withdraw", "analysis", id)
            try await shell.run("flame", "consent", "list", "--output", "json")
            try await shell.run("flame", "analyses", "show", id)
        }
    }

    @Test func key() async throws {
        try await AgentShell.golden("flame-node-key") { shell in
            try await shell.run("flame", "key", "show")
            try shell.configureFlame(hasOwner: false)
            try await shell.run("flame", "key", "show")
            try await shell.run("flame", "key", "publish")
            shell.mask(try await shell.prepare("flame", "key", "show").standardOutput, as: "<public key>\n")
            try await shell.run("flame", "key", "show")
        }
        try await AgentShell.transcript { shell in
            try shell.configureFlame()
            let hub = shell.sandbox.flame
            try await shell.whileAgentRuns {
                let update = "/core/nodes/\(hub.seed.node.id)"
                try await hub.log.waitForRequests(method: "POST", path: update)
                let own = hub.record("nodes", hub.seed.node.id)?["publicKey"]
                hub.change("nodes", hub.seed.node.id, ["publicKey": .null])
                #expect(try await shell.run("flame", "key", "publish").exitCode == 0)
                #expect(hub.record("nodes", hub.seed.node.id)?["publicKey"] == own)
            }
        }
    }
}
