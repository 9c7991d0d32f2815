// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PodSandbox

/// `pod-sandbox demo`: an agent decides tasks of every kind.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run an agent against the stand-ins and compare every outcome with what is expected.",
        discussion: "Ends with status 1 when anything went otherwise than expected."
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "The example runner, docs/examples/column_sum.py; without it no task runs.")
    var runner: String?

    @Option(
        help:
            "Only the scenarios whose name contains this text; FLAME for the steps at the FLAME node, hand-off for the task that runs."
    )
    var only: String?

    @OptionGroup var files: WorkingDirectory

    func run() async throws {
        let isAsExpected = try await files.use { directory, keys in
            let demo = Demo(
                executable: URL(filePath: agent),
                directory: directory,
                keys: try SandboxKeyStore(directory: keys),
                runner: only == nil || only == RunDemo.name ? runner.map { URL(filePath: $0) } : nil
            )
            let scenarios = Scenario.all.filter { only == nil || $0.name.contains(only ?? "") }
            return try await demo.run(scenarios, showsFlame: only == nil || only == FlameDemo.name) { print($0) }
        }
        if !isAsExpected { throw ExitCode(1) }
    }
}
