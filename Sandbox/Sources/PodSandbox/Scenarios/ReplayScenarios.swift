// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import MessagePack

extension Scenario {
    /// Requests that come more than once (bitfount-protocol.md, 13.5).
    static let replays: [Scenario] = [
        Scenario(
            name: "replay: the same request in another task",
            expected: Expectation("NO_ACCESS", "replayed-request")
        ) { stage in
            let modeller = stage.modeller()
            let submission = stage.submission(.g2, .keyBased)
            let prepared = try await modeller.prepare(submission)
            let first = try await modeller.run(submission, prepared: prepared)
            guard first.answer == .accepted else { return Observation(first) }
            return Observation(try await modeller.run(submission, prepared: prepared))
        },
        Scenario(
            name: "replay: another request under a used task id",
            expected: Expectation("no answer", "replayed-task")
        ) { stage in
            let modeller = stage.modeller()
            let first = try await modeller.run(stage.submission(.g2, .keyBased))
            guard first.answer == .accepted else { return Observation(first) }
            var again = stage.submission(.g2, .keyBased)
            again.patience = patienceWithSilence
            var tampering = Tampering()
            tampering.taskID = first.taskID
            again.tampering = tampering
            let second = try await modeller.run(again)
            // The rejection can't reach the modeller: it is of one task, and the mailboxes are of another.
            return Observation(answer: second.answer.description, taskID: first.taskID)
        },
        Scenario(
            name: "replay: the same message delivered three times",
            expected: Expectation("ACCEPT", "accepted")
        ) { stage in
            var submission = stage.submission(.g2, .keyBased)
            var tampering = Tampering()
            tampering.extraCopies = 2
            submission.tampering = tampering
            return Observation(try await stage.modeller().run(submission))
        },
    ]

    /// Messages of the Hub, which an agent acknowledges and ignores (bitfount-protocol.md, 11.2 and 11.3).
    static let hubMessages: [Scenario] = [
        (MessageType.datasetProjectLinked, "dataset linked to a project"),
        (.jobRequestFromHub, "trigger without proof"),
    ].map { type, what in
        Scenario(name: "Hub message: \(what)", expected: Expectation("acknowledged", nil)) { stage in
            let service = stage.sandbox.messageService
            let taskID = SandboxIDs.uuid()
            let body: JSONValue = ["project_id": "p", "datasource_name": "heart-data", "flow_spec_raw": [:]]
            service.inject(
                type: type,
                body: Array(try body.encoded()),
                into: stage.target,
                sender: "hub",
                taskID: taskID
            )
            try await service.waitForAcknowledgements { $0.contains { $0.taskID == taskID } }
            let hasReply = service.sentMessages.contains { $0.taskID == taskID && $0.type == .jobAccept }
            return Observation(answer: hasReply ? "JOB_ACCEPT" : "acknowledged", taskID: nil)
        }
    }

    /// Everything that the demo shows.
    package static let all: [Scenario] =
        verdicts + accessManagerFaults + identity + flawed + tampered + intakeAttacks + crowded + replays
        + hubMessages
}
