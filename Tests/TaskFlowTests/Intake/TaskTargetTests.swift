// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TaskFlow

@Suite("Choosing the target, bitfount-protocol.md, 9.3")
struct TaskTargetTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let recipient: String
        let mailbox: String
        let pods: [String: String]
        let target: String?
        var workerMailbox: String? = "w"
    }

    @Test(
        "Each rule in its order",
        arguments: [
            Row(
                testDescription: "1: the recipient is a full identifier and a key",
                recipient: "acme/ward",
                mailbox: "bob/x",
                pods: ["acme/ward": "w", "acme/ward/bob/x": "v"],
                target: "acme/ward"
            ),
            Row(
                testDescription: "1: a recipient without a slash is no identifier, even if it is a key",
                recipient: "acme",
                mailbox: "ward",
                pods: ["acme": "v"],
                target: nil,
                workerMailbox: nil
            ),
            Row(
                testDescription: "2: owner and dataset name, as older services send them",
                recipient: "acme",
                mailbox: "ward",
                pods: ["acme/ward": "w", "bob/ward": "v"],
                target: "acme/ward"
            ),
            Row(
                testDescription: "2 comes before 3",
                recipient: "acme",
                mailbox: "ward",
                pods: ["acme/ward": "w", "bob/x": "ward"],
                target: "acme/ward"
            ),
            Row(
                testDescription: "3: the only key with the mailbox the message was delivered to",
                recipient: "someone",
                mailbox: "w",
                pods: ["acme/ward": "w", "bob/x": "v"],
                target: "acme/ward"
            ),
            Row(
                testDescription: "3: two keys with that mailbox are no answer",
                recipient: "someone",
                mailbox: "w",
                pods: ["acme/ward": "w", "bob/x": "w"],
                target: nil,
                workerMailbox: nil
            ),
            Row(
                testDescription: "3 comes before 4",
                recipient: "someone",
                mailbox: "ward",
                pods: ["acme/ward": "v", "bob/x": "ward"],
                target: "bob/x",
                workerMailbox: "ward"
            ),
            Row(
                testDescription: "4: the own dataset of that name",
                recipient: "someone",
                mailbox: "ward",
                pods: ["acme/ward": "w", "bob/x": "v"],
                target: "acme/ward"
            ),
            Row(
                testDescription: "5: none",
                recipient: "someone",
                mailbox: "other",
                pods: ["acme/ward": "w"],
                target: nil,
                workerMailbox: nil
            ),
            Row(
                testDescription: "5: no pods at all",
                recipient: "acme/ward",
                mailbox: "ward",
                pods: [:],
                target: nil,
                workerMailbox: nil
            ),
            Row(
                testDescription: "a foreign identifier is resolved, and left to the check of what is served",
                recipient: "mallory/ward",
                mailbox: "ward",
                pods: ["mallory/ward": "w"],
                target: "mallory/ward"
            ),
        ]
    )
    func rules(row: Row) {
        let target = TaskTarget(
            recipient: row.recipient,
            recipientMailboxID: row.mailbox,
            podMailboxIDs: row.pods,
            ownerUsername: "acme"
        )
        #expect(target?.identifier == row.target)
        #expect(target?.workerMailboxID == row.workerMailbox)
    }
}
