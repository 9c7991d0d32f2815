// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
package import Foundation

/// Kills the agent again and again under a stream of tasks, and then checks that nothing was lost or decided twice.
package struct CrashTest: Sendable {
    /// How often the agent is killed.
    package let rounds: Int
    /// Decides the moments.
    package let seed: UInt64
    /// The agent's executable.
    package let executable: URL
    /// Where the agent's files go.
    package let directory: URL
    /// The keys of the sandbox.
    package let keys: SandboxKeyStore

    /// A crash test.
    package init(rounds: Int, seed: UInt64, executable: URL, directory: URL, keys: SandboxKeyStore) {
        self.rounds = rounds
        self.seed = seed
        self.executable = executable
        self.directory = directory
        self.keys = keys
    }

    /// The longest time that an agent lives, from its start.
    static let longestLife: Duration = .milliseconds(1200)
    /// How many tasks per second are submitted.
    static let tasksPerSecond = 25

    /// Runs it, and returns what is wrong; nothing, if all is well.
    package func run(print: @escaping @Sendable (String) -> Void) async throws -> CrashVerdict {
        async let signingKey = keys.key("modeller")
        var configuration = SandboxConfiguration(accessManagerKey: try await keys.key("access-manager").publicKey)
        // What was not acknowledged comes again soon.
        configuration.visibility = .seconds(1)
        let modellerKey = try await signingKey
        return try await withSandbox(configuration) { sandbox in
            let settings = AgentSettings()
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let target = "\(sandbox.owner.username)/\(settings.datasets[0])"
            let first = try AgentProcess.run(executable: executable, agentDirectory)
            try await first.whileRunning { try await sandbox.waitUntilServing(settings.datasets[0]) }

            let stream = TaskStream(sandbox: sandbox, target: target, signingKey: modellerKey)
            let submitted = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await stream.run(perSecond: Self.tasksPerSecond) }
                try await killRepeatedly(first, agentDirectory, print: print)
                await stream.stop()
                return try await group.next() ?? 0
            }

            let last = try AgentProcess.run(executable: executable, agentDirectory)
            let command = AgentCommand(executable: executable, directory: agentDirectory)
            try await last.whileRunning { try await settle(sandbox, command) }
            let entries = try await command.auditEntries()
            try await last.stop()
            return CrashVerdict(
                submitted: submitted,
                rounds: rounds,
                acknowledgements: sandbox.messageService.acknowledgements.filter {
                    $0.caller == sandbox.owner.username
                },
                sent: sandbox.messageService.sentMessages.filter { $0.caller == sandbox.owner.username },
                entries: entries
            )
        }
    }

    private func killRepeatedly(
        _ first: AgentProcess,
        _ agentDirectory: AgentDirectory,
        print: @Sendable (String) -> Void
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        var agent = first
        for round in 1...rounds {
            let life = Int.random(in: 0...Int(Self.longestLife / .milliseconds(1)), using: &generator)
            try await Task.sleep(for: .milliseconds(life))
            guard agent.isRunning else {
                throw SandboxError(.agent, "in round \(round) the agent ended by itself; see \(agent.log.path)")
            }
            try await agent.kill()
            if round % 20 == 0 { print("\(round) rounds") }
            if round < rounds { agent = try AgentProcess.run(executable: executable, agentDirectory) }
        }
    }

    /// Waits until every request has been acknowledged, and every acknowledged one answered or set aside.
    private func settle(_ sandbox: Sandbox, _ command: AgentCommand) async throws {
        let service = sandbox.messageService
        let owner = sandbox.owner.username
        try await service.waitUntilDrained(owner: owner, atMost: .seconds(120))
        try await within(.seconds(120), "answer to every acknowledged task") {
            while true {
                let setAside = CrashVerdict.setAside(try await command.auditEntries())
                let unanswered = service.state.read { state in
                    let acknowledged = state.acknowledgements.filter { $0.caller == owner }.compactMap(\.taskID)
                    let answered = state.sent.filter { $0.caller == owner }.compactMap(\.taskID)
                    return Set(acknowledged).subtracting(answered)
                }
                if unanswered.isSubset(of: setAside) { return }
                // What the agent sets aside shows in its log alone.
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
