// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation

extension IncomingMessage {
    /// A message as it was delivered (bitfount-protocol.md, 7.7). Unknown types keep their number; a body that is too long is
    /// left out.
    init(_ message: Messages_BitfountMessage, maximumBodyBytes: Int) {
        let isOmitted = message.body.count > maximumBodyBytes
        self.init(
            type: MessageType(rawValue: Int32(truncatingIfNeeded: message.messageType.rawValue)),
            body: isOmitted ? [] : [UInt8](message.body),
            recipient: message.recipient,
            recipientMailboxID: message.recipientMailboxID,
            sender: message.hasSender ? message.sender : nil,
            senderMailboxID: message.senderMailboxID,
            timestamp: message.timestamp,
            podMailboxIDs: message.podMailboxIds,
            receiptHandle: message.hasReceiptHandle ? message.receiptHandle : nil,
            taskID: message.hasTaskID ? message.taskID : nil
        )
        if isOmitted { omittedBytes = message.body.count }
    }
}
