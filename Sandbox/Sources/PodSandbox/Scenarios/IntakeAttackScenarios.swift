// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

extension Scenario {
    /// What a dishonest message service, or anybody's object storage, tries with mailboxes and sizes.
    static let intakeAttacks: [Scenario] =
        [
            foreignMailbox("a dataset's mailbox as the task's own") { stage in stage.dataset },
            foreignMailbox("a dataset's identifier as the task's own mailbox") { stage in stage.target },
            foreignMailbox("the pod's mailbox as the task's own") { _ in AgentSettings().podName },
        ] + [forgedEnd, largeObject, largeMessage]

    /// Whoever reads such a mailbox takes other tasks' requests from it.
    private static func foreignMailbox(
        _ what: String,
        _ mailbox: @escaping @Sendable (ScenarioStage) -> String
    ) -> Scenario {
        Scenario(name: "attack: \(what)", expected: Expectation("no answer", "foreign-mailbox")) { stage in
            var submission = stage.submission(.g2, .oidcDeviceCode)
            submission.patience = patienceWithSilence
            var tampering = Tampering()
            tampering.podMailboxIDs = { _ in [stage.target: mailbox(stage)] }
            submission.tampering = tampering
            return Observation(try await stage.modeller().run(submission))
        }
    }

    /// The end of a task, from somebody who doesn't have its key, while its modeller is proving who they are.
    private static let forgedEnd = Scenario(
        name: "attack: a forged end of a task in its mailbox",
        expected: Expectation("ACCEPT", "accepted")
    ) { stage in
        let worker = Observed<String?>(nil)
        var submission = stage.submission(.g2, .oidcDeviceCode)
        var tampering = Tampering()
        tampering.podMailboxIDs = { boxes in
            worker.change { $0 = boxes[stage.target] }
            return boxes
        }
        submission.tampering = tampering
        let modeller = stage.modeller()
        async let outcome = modeller.run(submission)
        let mailbox = try await worker.first { $0 }
        stage.sandbox.messageService.inject(
            type: .taskComplete,
            body: [],
            intoMailbox: mailbox,
            recipient: stage.target,
            sender: stage.username
        )
        return Observation(try await outcome)
    }

    private static let largeObject = Scenario(
        name: "attack: an object of 24 MiB as the request",
        expected: Expectation("no answer", "body-unavailable")
    ) { stage in
        var submission = stage.submission(.g2, .keyBased)
        submission.flaw = .padded(bytes: 24 << 20)
        submission.patience = patienceWithSilence
        return Observation(try await stage.modeller().run(submission))
    }

    private static let largeMessage = Scenario(
        name: "attack: a message of 24 MiB",
        expected: Expectation("acknowledged", "too-large")
    ) { stage in
        let service = stage.sandbox.messageService
        let taskID = SandboxIDs.uuid()
        service.inject(
            type: .jobRequest,
            body: Array(repeating: 0, count: 24 << 20),
            into: stage.target,
            sender: stage.username,
            taskID: taskID
        )
        try await service.waitForAcknowledgements { $0.contains { $0.taskID == taskID } }
        return Observation(answer: "acknowledged", taskID: taskID)
    }
}

extension ScenarioStage {
    /// The dataset's name.
    fileprivate var dataset: String { target.split(separator: "/").last.map(String.init) ?? target }
}
