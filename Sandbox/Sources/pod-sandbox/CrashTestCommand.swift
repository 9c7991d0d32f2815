// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cryptography
import Foundation
import PodSandbox

/// `pod-sandbox crash-test`: kills the agent again and again.
struct CrashTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-test",
        abstract: "Kill an agent at random moments, and check that nothing was lost and nothing done twice.",
        discussion: """
            First under a stream of tasks, then while the data owner approves analyses of a FLAME node and reports on them. \
            Ends with status 1 when a task was lost, decided twice or answered in two ways, or when an approval or a report \
            was lost, took effect twice or is not recorded exactly once.
            """
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "How often the agent is killed under a stream of tasks.")
    var rounds = 200

    @Option(help: "How many analyses of the FLAME node are approved and reported on.")
    var analyses = 100

    @Option(help: "Decides the moments.")
    var seed: UInt64 = 1

    @OptionGroup var files: WorkingDirectory

    func validate() throws {
        guard rounds >= 0, analyses >= 0 else { throw ValidationError("The numbers must not be negative.") }
    }

    func run() async throws {
        let isWell = try await files.use { directory, keys in
            let keys = try SandboxKeyStore(directory: keys)
            var violations: [String] = []
            if rounds > 0 { violations += try await tasks(directory.appending(path: "tasks"), keys) }
            if analyses > 0 { violations += try await flame(directory.appending(path: "flame"), keys) }
            return violations.isEmpty
        }
        if !isWell { throw ExitCode(1) }
    }

    private func tasks(_ directory: URL, _ keys: SandboxKeyStore) async throws -> [String] {
        let test = CrashTest(
            rounds: rounds,
            seed: seed,
            executable: URL(filePath: agent),
            directory: directory,
            keys: keys
        )
        let verdict = try await test.run { print($0) }
        print(verdict.summary)
        return verdict.violations
    }

    private func flame(_ directory: URL, _ keys: SandboxKeyStore) async throws -> [String] {
        let test = FlameCrashTest(
            analyses: analyses,
            seed: seed,
            executable: URL(filePath: agent),
            directory: directory,
            accessManagerKey: try await keys.key("access-manager").publicKey
        )
        let verdict = try await test.run { print($0) }
        print(verdict.summary)
        return verdict.violations
    }
}
