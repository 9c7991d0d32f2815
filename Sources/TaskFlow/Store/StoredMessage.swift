import StateStore
import BitfountTasks
import Cryptography
import Foundation

/// A message as it came from the message service, kept before it is acknowledged. The store doesn't look into it.
struct StoredMessage: Sendable, Hashable {
    /// The service's handle for acknowledging this delivery; empty if it gave none.
    var receiptHandle: String
    /// The mailbox that it came from.
    var mailboxID: String
    /// The task id on the envelope.
    var taskID: String?
    /// The sender on the envelope; not authenticated.
    var sender: String
    /// The whole message in the caller's own encoding. Two deliveries of one message should give the same bytes, so
    /// leave the receipt handle out of it.
    var payload: [UInt8]

    /// Creates a message.
    init(receiptHandle: String, mailboxID: String, taskID: String?, sender: String, payload: [UInt8]) {
        self.receiptHandle = receiptHandle
        self.mailboxID = mailboxID
        self.taskID = taskID
        self.sender = sender
        self.payload = payload
    }
}

extension StoredMessage: CustomStringConvertible {
    /// The mailbox and the size; nothing of the content.
    var description: String { "message of \(payload.count) bytes in mailbox \(mailboxID)" }
}

/// The number of a reply in the agent's outbox; never used twice.
struct ReplyID: Sendable, Hashable, CustomStringConvertible {
    let rawValue: Int64

    init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    var description: String { String(rawValue) }
}

/// A reply in the caller's own encoding, complete: sending it again must give the same bytes to the modeller.
struct StoredReply: Sendable, Hashable, CustomStringConvertible {
    /// The encoded reply.
    var bytes: [UInt8]

    /// Creates a reply.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How the entry that decides names the reply that announces it.
    var entryReference: String { "reply sha256:\(Hex.encode(SHA256.hash(bytes)))" }

    /// The size; nothing of the content.
    var description: String { "reply of \(bytes.count) bytes" }
}

/// A reply that is durable and has not been sent, or has to be sent again.
struct PendingReply: Sendable, Hashable {
    /// The reply's row.
    let id: ReplyID
    /// The message that it answers.
    let inboxID: InboxID
    /// What to send.
    let reply: StoredReply
    /// How often sending failed.
    let attempts: Int
    /// Not to be tried before this moment.
    let nextAttempt: Date
    /// When the decision that it announces was made.
    let decidedAt: Date
}

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
