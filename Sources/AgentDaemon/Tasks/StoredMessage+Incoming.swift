import AuditLog
import BitfountTasks
import Foundation

extension StoredMessage {
    /// The form in which a message is kept until it is decided.
    ///
    /// Two deliveries of one message give the same bytes: the receipt is left out, and keys are sorted.
    init(keeping message: IncomingMessage) throws(StoreError) {
        var content = message
        content.receiptHandle = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            self.init(
                receiptHandle: message.receiptHandle ?? "",
                mailboxID: message.recipientMailboxID,
                taskID: message.taskID,
                sender: message.sender ?? "",
                payload: [UInt8](try encoder.encode(content))
            )
        } catch {
            throw StoreError(.constraint, "The message can't be encoded.", underlying: error)
        }
    }

    /// The message as it was received.
    func incomingMessage() throws -> IncomingMessage {
        try JSONDecoder().decode(IncomingMessage.self, from: Data(payload))
    }
}

extension StoredReply {
    /// The form in which a reply is kept until it is sent, and sent again: its messages in the order of sending.
    init(_ messages: [OutgoingMessage]) throws(StoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            self.init(bytes: [UInt8](try encoder.encode(messages)))
        } catch {
            throw StoreError(.constraint, "The reply can't be encoded.", underlying: error)
        }
    }

    /// The messages to send, in order.
    func outgoingMessages() throws -> [OutgoingMessage] {
        try JSONDecoder().decode([OutgoingMessage].self, from: Data(bytes))
    }
}
