// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Keeps an agent running, and kills it at random moments.
struct AgentKiller: Sendable {
    /// The longest time that an agent lives, in milliseconds from its start.
    private static let longestLife = 1500
    /// How an agent ends that finds a command at work on its state; a service manager starts it again.
    private static let stateInUse: Int32 = 69

    let executable: URL
    let directory: AgentDirectory
    /// Decides the moments.
    let seed: UInt64

    /// Starts an agent.
    func start() throws -> AgentProcess {
        try AgentProcess.run(executable: executable, directory)
    }

    /// Kills agents, beginning with `first`, for as long as `body` runs.
    ///
    /// - Returns: How many.
    func kill(_ first: AgentProcess, while body: () async throws -> Void) async throws -> Int {
        let isOver = Observed(false)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await kill(first, until: isOver) }
            defer { isOver.change { $0 = true } }
            try await body()
            isOver.change { $0 = true }
            return try await group.next() ?? 0
        }
    }

    private func kill(_ first: AgentProcess, until isOver: Observed<Bool>) async throws -> Int {
        var generator = SeededGenerator(seed: seed)
        var agent = first
        var kills = 0
        while true {
            let life = Int.random(in: 0...Self.longestLife, using: &generator)
            try await Task.sleep(for: .milliseconds(life))
            if agent.isRunning {
                try await agent.kill()
                kills += 1
            } else {
                let status = try await agent.waitForExit(atMost: .seconds(1))
                guard status == Self.stateInUse else {
                    throw SandboxError(.agent, "the agent ended by itself with status \(status); see \(agent.log.path)")
                }
            }
            if isOver.read({ $0 }) { return kills }
            agent = try start()
        }
    }
}
