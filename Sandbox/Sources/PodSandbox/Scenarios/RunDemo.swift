// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack

/// A task that really runs: a modeller asks for the sum of a column, a runner reads the data, and the modeller gets the number.
package struct RunDemo: Sendable {
    /// What the step is called where scenarios are chosen.
    package static let name = "hand-off"

    let executable: URL
    let directory: URL
    let keys: SandboxKeyStore
    /// The example runner.
    let runner: URL

    /// The data: one row for each of some ages.
    private static let ages = (1...200).map { 20 + ($0 * 37) % 60 }

    func run(print: @escaping @Sendable (String) -> Void) async throws -> [ScenarioResult] {
        async let signingKey = keys.key("modeller")
        let accessManagerKey = try await keys.key("access-manager").publicKey
        let modellerKey = try await signingKey
        return try await withSandbox(SandboxConfiguration(accessManagerKey: accessManagerKey)) { sandbox in
            var settings = AgentSettings()
            settings.runner = RunnerSettings(
                command: ["/usr/bin/env", "python3", "-B", runner.path],
                csv: "age,target\n" + Self.ages.map { "\($0),\($0 % 2)\n" }.joined(),
                algorithms: ["ColumnSum"]
            )
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let command = AgentCommand(executable: executable, directory: agentDirectory)
            let agent = try AgentProcess.run(executable: executable, agentDirectory)
            let target = "\(sandbox.owner.username)/\(settings.datasets[0])"
            let outcome = try await agent.whileRunning {
                try await sandbox.waitUntilServing(settings.datasets[0], atMost: .seconds(60))
                sandbox.accessManager.grant(AccessGrant(modeller: "summer", podIdentifier: target))
                var submission = TaskSubmission([target], generation: .g1)
                submission.protocolDocument = [
                    "class_name": "bitfount.ResultsOnly",
                    "algorithm": .map(["class_name": "ColumnSum", "field": "age"]),
                ]
                submission.awaitsResults = true
                let outcome = try await sandbox.addModeller("summer", signingKey: modellerKey).run(submission)
                try await within(.seconds(30), "end of the task") {
                    while try await !command.auditEntries().contains(where: { $0.type == "task.finished" }) {
                        try await Task.sleep(for: .milliseconds(200))
                    }
                }
                return outcome
            }
            try await agent.stop()
            let finished = try await command.auditEntries().first { $0.type == "task.finished" }
            let right = Double(Self.ages.reduce(0, +))
            print("The runner's sum of the column age: \(outcome.results.first?.doubleValue ?? .nan); right: \(right).")
            return [
                ScenarioResult(
                    name: "\(Self.name): the sum of a column",
                    expected: Scenario.Expectation("[\(right)], completed", nil),
                    answer: "\(outcome.results.compactMap(\.doubleValue)), "
                        + (finished == nil ? "unfinished" : finished?.reason ?? "completed"),
                    taskID: outcome.taskID
                )
            ]
        }
    }
}
