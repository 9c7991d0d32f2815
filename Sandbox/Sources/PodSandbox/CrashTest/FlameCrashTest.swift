// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation

/// Kills the agent and its commands again and again while the data owner approves analyses and reports on them, and then
/// checks that everything took effect at the FLAME Hub exactly once.
package struct FlameCrashTest: Sendable {
    /// How many analyses are approved, and then reported on.
    package let analyses: Int
    /// Decides the moments.
    package let seed: UInt64
    /// The agent's executable.
    package let executable: URL
    /// Where the agent's files go.
    package let directory: URL
    /// The public key that the sandbox' Access Manager shows.
    package let accessManagerKey: RSAPublicKey

    /// A crash test.
    package init(analyses: Int, seed: UInt64, executable: URL, directory: URL, accessManagerKey: RSAPublicKey) {
        self.analyses = analyses
        self.seed = seed
        self.executable = executable
        self.directory = directory
        self.accessManagerKey = accessManagerKey
    }

    /// Runs it, and returns what is wrong; nothing, if all is well.
    package func run(print: @escaping @Sendable (String) -> Void) async throws -> FlameCrashVerdict {
        var configuration = SandboxConfiguration(accessManagerKey: accessManagerKey)
        configuration.flameSize.analyses = 0
        return try await withSandbox(configuration) { sandbox in
            var settings = AgentSettings()
            settings.isFlameNode = true
            settings.flameInterval = "1s"
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let dataset = settings.datasets[0]
            let command = AgentCommand(executable: executable, directory: agentDirectory)
            let hub = sandbox.flame
            let parts = (0..<analyses).map { _ in hub.addAnalysis() }
            // The Hub takes its time, so that many kills fall between a write and its answer.
            hub.faults.plan(.delay(.milliseconds(50)), method: "POST", path: "/core/analysis-nodes/*", times: nil)

            let killer = AgentKiller(executable: executable, directory: agentDirectory, seed: seed)
            let first = try killer.start()
            try await first.whileRunning {
                try await sandbox.waitUntilServing(dataset)
                _ = try await command.output(["flame", "consent", "grant", "project", hub.seed.project])
                try await waitForApprovals(parts.count, command)
            }

            var owner = HurriedOwner(executable: executable, directory: agentDirectory, seed: seed)
            let kills = try await killer.kill(first) {
                for part in parts { try await owner.insist(["flame", "approvals", "approve", part.part]) }
                print("\(parts.count) approvals given")
                try await waitUntilWritten(command)
                for part in parts {
                    try await owner.insist(["flame", "analyses", "report", part.analysis, "--status", "starting"])
                }
                print("\(parts.count) reports given")
            }

            let last = try killer.start()
            try await last.whileRunning { try await waitUntilWritten(command) }
            _ = try await command.output(["audit", "verify"])
            let entries = try await command.auditEntries(types: ["flame.approval", "flame.analysis"])
            try await last.stop()
            return FlameCrashVerdict(
                agentKills: kills,
                commandKills: owner.kills,
                parts: parts.map { .init(analysis: $0.analysis, part: $0.part, at: hub) },
                entries: entries
            )
        }
    }

    /// Waits until the data owner is shown that many analyses.
    private func waitForApprovals(_ count: Int, _ command: AgentCommand) async throws {
        try await within(.seconds(60), "list of \(count) approvals") {
            while true {
                let shown = try await command.json(["flame", "approvals", "list"]).arrayValue ?? []
                let analyses = shown.filter { $0.objectValue?["subject"] == "analysis" }
                if analyses.count >= count { return }
            }
        }
    }

    /// Waits until the Hub has taken everything.
    private func waitUntilWritten(_ command: AgentCommand) async throws {
        try await within(.seconds(60), "FLAME Hub that has everything") {
            while try await command.json(["flame", "status"]).objectValue?["waiting_writes"] != 0 {}
        }
    }
}
