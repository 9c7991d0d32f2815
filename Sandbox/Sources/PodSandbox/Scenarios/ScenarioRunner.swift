// SPDX-License-Identifier: Apache-2.0

package import Cryptography

/// Runs scenarios side by side against an agent that serves the sandbox.
package struct ScenarioRunner: Sendable {
    /// The sandbox.
    package let sandbox: Sandbox
    /// The dataset's identifier.
    package let target: String
    /// The key that all modellers sign with.
    package let signingKey: RSAPrivateKey
    /// How many scenarios run at once.
    package let concurrency: Int

    /// A runner.
    package init(sandbox: Sandbox, target: String, signingKey: RSAPrivateKey, concurrency: Int = 24) {
        self.sandbox = sandbox
        self.target = target
        self.signingKey = signingKey
        self.concurrency = concurrency
    }

    /// The results, in the order of the scenarios; `progress` hears of each as it ends.
    package func run(
        _ scenarios: [Scenario],
        progress: @Sendable (ScenarioResult) -> Void = { _ in }
    ) async -> [ScenarioResult] {
        await withTaskGroup(of: (Int, ScenarioResult).self) { group in
            var results: [Int: ScenarioResult] = [:]
            for (index, scenario) in scenarios.enumerated() {
                if index >= concurrency, let (done, result) = await group.next() {
                    results[done] = result
                    progress(result)
                }
                group.addTask { (index, await perform(scenario, number: index + 1)) }
            }
            for await (done, result) in group {
                results[done] = result
                progress(result)
            }
            return scenarios.indices.compactMap { results[$0] }
        }
    }

    private func perform(_ scenario: Scenario, number: Int) async -> ScenarioResult {
        let stage = ScenarioStage(
            sandbox: sandbox,
            target: target,
            username: "modeller-\(number)",
            signingKey: signingKey
        )
        let observation: Scenario.Observation
        do {
            observation = try await scenario.perform(stage)
        } catch {
            observation = Scenario.Observation(answer: "trouble: \(error)", taskID: nil)
        }
        return ScenarioResult(
            name: scenario.name,
            expected: scenario.expected,
            answer: observation.answer,
            taskID: observation.taskID
        )
    }
}
