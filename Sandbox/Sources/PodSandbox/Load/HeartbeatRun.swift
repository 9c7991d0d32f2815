// SPDX-License-Identifier: Apache-2.0

import Cryptography
package import Foundation

/// Measures whether an agent with many datasets keeps each of them alive, one call for each, when the Hub is slow.
package struct HeartbeatRun: Sendable {
    /// The agent's executable.
    package let executable: URL
    /// Where the agent's files go.
    package let directory: URL
    /// The keys of the sandbox.
    package let keys: SandboxKeyStore

    /// A run.
    package init(executable: URL, directory: URL, keys: SandboxKeyStore) {
        self.executable = executable
        self.directory = directory
        self.keys = keys
    }

    /// Starts the agent, waits until each dataset has had `rounds` heartbeats after its first, and stops it.
    ///
    /// - Parameters:
    ///   - datasets: How many.
    ///   - latency: How long the Hub takes to answer each call.
    ///   - rounds: How many times from one heartbeat to the next.
    /// - Returns: The times between one heartbeat of a dataset and its next, in seconds, shortest first.
    package func run(datasets: Int, latency: Duration, rounds: Int) async throws -> [Double] {
        let configuration = SandboxConfiguration(accessManagerKey: try await keys.key("access-manager").publicKey)
        return try await withSandbox(configuration) { [executable, directory] sandbox in
            sandbox.hub.acceptsSingleNameHeartbeat = true
            sandbox.hub.faults.plan(.delay(latency), method: "PATCH", path: "/api/pods", times: nil)
            var settings = AgentSettings()
            settings.datasets = (1...datasets).map { "dataset-\($0)" }
            settings.heartbeatForm = "one-by-one"
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let agent = try AgentProcess.run(executable: executable, agentDirectory)
            let gaps = try await agent.whileRunning { [settings] in
                var gaps: [Double] = []
                for name in settings.datasets {
                    let pod = try await sandbox.hub.waitForPod(
                        "\(sandbox.owner.username)/\(name)",
                        atMost: .seconds(300)
                    ) { $0.heartbeats.count > rounds }
                    gaps += zip(pod.heartbeats.dropFirst(), pod.heartbeats).prefix(rounds).map {
                        $0.timeIntervalSince($1)
                    }
                }
                return gaps.sorted()
            }
            try await agent.stop()
            return gaps
        }
    }
}
