import AuditLog
import BitfountTasks
import Foundation

extension StoredMessage {
    /// The form in which a message is kept until it is decided.
    ///
    /// Two deliveries of one message give the same bytes: the receipt is left out, and keys are sorted.
    init(_ message: IncomingMessage, mailboxID: String) throws {
        var content = message
        content.receiptHandle = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        self.init(
            receiptHandle: message.receiptHandle ?? "",
            mailboxID: mailboxID,
            taskID: message.taskID,
            sender: message.sender ?? "",
            payload: [UInt8](try encoder.encode(content))
        )
    }

    /// The message as it was received.
    func incomingMessage() throws -> IncomingMessage {
        try JSONDecoder().decode(IncomingMessage.self, from: Data(payload))
    }
}

extension StoredReply {
    /// The form in which a reply is kept until it is sent, and sent again: its messages in the order of sending.
    init(_ messages: [OutgoingMessage]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        self.init(bytes: [UInt8](try encoder.encode(messages)))
    }

    /// The messages to send, in order.
    func outgoingMessages() throws -> [OutgoingMessage] {
        try JSONDecoder().decode([OutgoingMessage].self, from: Data(bytes))
    }
}
