// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A data owner who gives each command until it ends well, and kills some of its runs at random moments.
struct HurriedOwner {
    /// How many runs a command may take.
    private static let patience = 200
    /// How a command ends when no agent answers, because it was killed or is only starting.
    private static let noAnswer: Int32 = 69

    private let executable: URL
    private let directory: AgentDirectory
    private var generator: SeededGenerator
    /// How many runs were killed.
    private(set) var kills = 0

    init(executable: URL, directory: AgentDirectory, seed: UInt64) {
        self.executable = executable
        self.directory = directory
        // Other moments than the agent's.
        generator = SeededGenerator(seed: ~seed)
    }

    /// Gives a command.
    mutating func insist(_ arguments: [String]) async throws {
        for _ in 0..<Self.patience {
            let run = try AgentProcess(
                executable: executable,
                arguments: arguments + ["--config", directory.configuration.path],
                directory: directory.url,
                log: "commands.log"
            )
            if Int.random(in: 0..<3, using: &generator) == 0 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...200, using: &generator)))
                if run.isRunning { kills += 1 }
                try await run.kill()
            }
            switch try await run.waitForExit(atMost: .seconds(200)) {
            case 0: return
            case SIGKILL, Self.noAnswer: continue
            case let status:
                let command = arguments.joined(separator: " ")
                throw SandboxError(.agent, "pod-agent \(command) ended with status \(status); see \(run.log.path)")
            }
        }
        throw SandboxError(.agent, "no agent ever answered to \(arguments.joined(separator: " "))")
    }
}
