// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography

/// One thing that a modeller does, and what is to come of it.
package struct Scenario: Sendable {
    /// What is expected.
    package struct Expectation: Sendable, Equatable {
        /// What the modeller is told; `no answer` where nothing can or may be said.
        package let answer: String
        /// The reason in the audit log; nil where there is no decision of its own.
        package let reason: String?

        /// An answer, and the reason for it.
        package init(_ answer: String, _ reason: String?) {
            self.answer = answer
            self.reason = reason
        }
    }

    /// What happened.
    package struct Observation: Sendable, Equatable {
        /// What the modeller was told.
        package let answer: String
        /// The task whose audit entry is to be looked up.
        package let taskID: String?

        /// What came of a task.
        package init(_ outcome: TaskOutcome) {
            answer = outcome.answer.description
            taskID = outcome.taskID
        }

        /// Something else than one task's outcome.
        package init(answer: String, taskID: String?) {
            self.answer = answer
            self.taskID = taskID
        }
    }

    /// What it is about, for the summary.
    package let name: String
    /// What is to come of it.
    package let expected: Expectation
    /// Does it. The modeller is one of its own, so that scenarios can run side by side.
    let perform: @Sendable (ScenarioStage) async throws -> Observation
}

/// What a scenario has to work with.
struct ScenarioStage: Sendable {
    let sandbox: Sandbox
    /// The dataset's identifier.
    let target: String
    /// The username of the scenario's own modeller.
    let username: String
    /// The key that all modellers share, each having registered it.
    let signingKey: RSAPrivateKey

    /// The scenario's modeller, with permission for the dataset.
    func modeller(hasGrant: Bool = true, protocols: Set<String>? = nil) -> ScriptedModeller {
        if hasGrant {
            sandbox.accessManager.grant(
                AccessGrant(modeller: username, podIdentifier: target, protocols: protocols)
            )
        }
        return sandbox.addModeller(username, signingKey: signingKey)
    }

    /// An honest task for the dataset.
    func submission(_ generation: Generation, _ authentication: AuthenticationType) -> TaskSubmission {
        TaskSubmission([target], generation: generation, authentication: authentication)
    }
}
