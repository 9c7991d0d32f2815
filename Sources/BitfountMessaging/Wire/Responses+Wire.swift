// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

extension IncomingMessage {
    /// A message as it was delivered (bitfount-protocol.md, 7.7). Unknown types keep their number.
    init(_ message: Messages_BitfountMessage) {
        self.init(
            type: MessageType(rawValue: Int32(truncatingIfNeeded: message.messageType.rawValue)),
            body: [UInt8](message.body),
            recipient: message.recipient,
            recipientMailboxID: message.recipientMailboxID,
            sender: message.hasSender ? message.sender : nil,
            senderMailboxID: message.senderMailboxID,
            timestamp: message.timestamp,
            podMailboxIDs: message.podMailboxIds,
            receiptHandle: message.hasReceiptHandle ? message.receiptHandle : nil,
            taskID: message.hasTaskID ? message.taskID : nil
        )
    }
}
