/// A message as it came from the message service, kept before it is acknowledged. The store doesn't look into it.
public struct StoredMessage: Sendable, Hashable {
    /// The service's handle for acknowledging this delivery; empty if it gave none.
    public var receiptHandle: String
    /// The mailbox that it came from.
    public var mailboxID: String
    /// The task id on the envelope.
    public var taskID: String?
    /// The sender on the envelope; not authenticated.
    public var sender: String
    /// The whole message in the caller's own encoding. Two deliveries of one message should give the same bytes, so
    /// leave the receipt handle out of it.
    public var payload: [UInt8]

    /// Creates a message.
    public init(receiptHandle: String, mailboxID: String, taskID: String?, sender: String, payload: [UInt8]) {
        self.receiptHandle = receiptHandle
        self.mailboxID = mailboxID
        self.taskID = taskID
        self.sender = sender
        self.payload = payload
    }
}

extension StoredMessage: CustomStringConvertible {
    /// The mailbox and the size; nothing of the content.
    public var description: String { "message of \(payload.count) bytes in mailbox \(mailboxID)" }
}
