// SPDX-License-Identifier: Apache-2.0

/// What came of a scenario, held against what was expected.
package struct ScenarioResult: Sendable {
    /// The scenario's name.
    package let name: String
    /// What was expected.
    package let expected: Scenario.Expectation
    /// What the modeller was told, or the trouble that kept the scenario from ending.
    package let answer: String
    /// The task.
    package let taskID: String?
    /// The reason in the audit log; nil while it has not been looked up, and when there is none.
    package var reason: String?

    /// Whether answer and reason are as expected.
    package var isAsExpected: Bool {
        answer == expected.answer && (expected.reason == nil || reason == expected.reason)
    }
}
