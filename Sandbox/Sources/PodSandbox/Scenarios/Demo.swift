// SPDX-License-Identifier: Apache-2.0

import Cryptography
package import Foundation

/// The main job, shown: an agent decides tasks of every kind, and every outcome is held against what was expected.
package struct Demo: Sendable {
    /// How long the agent may take over a task: short, so that an Access Manager that stays down is a matter of seconds.
    static let taskDeadline = "15s"

    /// The agent's executable.
    package let executable: URL
    /// Where the agent's files go.
    package let directory: URL
    /// The keys of the sandbox.
    package let keys: SandboxKeyStore

    /// A demo.
    package init(executable: URL, directory: URL, keys: SandboxKeyStore) {
        self.executable = executable
        self.directory = directory
        self.keys = keys
    }

    /// Runs it; true when everything was as expected.
    ///
    /// - Parameter showsFlame: Whether the steps at the FLAME node follow.
    package func run(
        _ scenarios: [Scenario] = Scenario.all,
        showsFlame: Bool = true,
        print: @escaping @Sendable (String) -> Void
    ) async throws -> Bool {
        async let signingKey = keys.key("modeller")
        let accessManagerKey = try await keys.key("access-manager").publicKey
        let modellerKey = try await signingKey
        return try await withSandbox(SandboxConfiguration(accessManagerKey: accessManagerKey)) { sandbox in
            // Small delays add up over this many logins.
            sandbox.identityProvider.pollInterval = 1
            var settings = AgentSettings()
            settings.taskDeadline = Self.taskDeadline
            settings.heartbeatInterval = "2s"
            settings.concurrentTasks = 64
            settings.isFlameNode = showsFlame
            settings.flameInterval = "1s"
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let started = ContinuousClock.now
            let agent = try AgentProcess.run(executable: executable, agentDirectory)
            let dataset = settings.datasets[0]
            try await agent.whileRunning { try await sandbox.waitUntilServing(dataset, atMost: .seconds(60)) }
            print("The agent serves \(sandbox.owner.username)/\(dataset) after \(started.duration(to: .now)).")

            let runner = ScenarioRunner(
                sandbox: sandbox,
                target: "\(sandbox.owner.username)/\(dataset)",
                signingKey: modellerKey
            )
            let results = try await agent.whileRunning { await runner.run(scenarios) }
            let command = AgentCommand(executable: executable, directory: agentDirectory)
            print(try await command.output(["audit", "list"]))
            var judged = ScenarioReport.judge(results, try await command.auditEntries())
            if showsFlame {
                let steps = FlameDemo(hub: sandbox.flame, command: command, print: print)
                judged += try await agent.whileRunning { try await steps.run() }
            }
            try await agent.stop()
            print(ScenarioReport.table(judged))
            return judged.allSatisfy(\.isAsExpected)
        }
    }
}
