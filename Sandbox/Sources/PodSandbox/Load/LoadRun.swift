// SPDX-License-Identifier: Apache-2.0

import Cryptography
package import Foundation

/// A load test against an agent's process.
package struct LoadRun: Sendable {
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

    /// Starts the agent, measures it and stops it.
    package func run(_ test: LoadTest) async throws -> LoadResult {
        async let modellerKey = keys.key("modeller")
        let configuration = SandboxConfiguration(accessManagerKey: try await keys.key("access-manager").publicKey)
        let signingKey = try await modellerKey
        return try await withSandbox(configuration) { sandbox in
            var settings = AgentSettings()
            // The whole load comes from one modeller.
            settings.concurrentTasks = test.concurrency
            settings.concurrentTasksPerModeller = test.concurrency
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let dataset = settings.datasets[0]
            let agent = try AgentProcess.run(executable: executable, agentDirectory)
            let result = try await agent.whileRunning {
                try await sandbox.waitUntilServing(dataset, atMost: .seconds(60))
                let target = "\(sandbox.owner.username)/\(dataset)"
                return try await test.run(sandbox, agent, target: target, signingKey: signingKey)
            }
            try await agent.stop()
            return result
        }
    }
}
