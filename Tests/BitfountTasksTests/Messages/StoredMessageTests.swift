// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Testing

/// Messages wait in a database between two processes' lives.
struct StoredMessageTests {
    private let incoming = IncomingMessage(
        type: MessageType(rawValue: 99),
        body: Array(0...255),
        recipient: "acme",
        recipientMailboxID: "ward",
        sender: nil,
        senderMailboxID: "modeller-mailbox",
        timestamp: "2030-01-02T03:04:05Z",
        podMailboxIDs: ["acme/ward": "worker-mailbox"],
        receiptHandle: "receipt",
        taskID: ""
    )

    private let outgoing = OutgoingMessage(
        type: .taskAbort,
        body: [0, 255],
        recipient: "alice",
        recipientMailboxID: "modeller-mailbox",
        sender: "acme/ward",
        senderMailboxID: "worker-mailbox",
        timestamp: "2030-01-02T03:04:05Z",
        taskID: nil,
        abortReason: .workerError
    )

    @Test
    func everyFieldComesBack() throws {
        let encoder = JSONEncoder()
        let decoder = JSONDecoder()
        #expect(try decoder.decode(IncomingMessage.self, from: encoder.encode(incoming)) == incoming)
        #expect(try decoder.decode(OutgoingMessage.self, from: encoder.encode(outgoing)) == outgoing)
    }

    @Test
    func theBodyIsStoredAsBase64() throws {
        let text = try String(decoding: JSONEncoder().encode(outgoing), as: UTF8.self)
        #expect(text.contains(#""body":"AP8=""#))
    }

    @Test
    func descriptionsShowNothingThatAPeerWrote() {
        #expect(incoming.description == "UNKNOWN_99 with 256 bytes")
        #expect(outgoing.description == "TASK_ABORT with 2 bytes")
    }
}
