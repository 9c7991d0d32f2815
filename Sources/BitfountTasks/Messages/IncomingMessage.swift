// SPDX-License-Identifier: Apache-2.0

/// A message as the message service delivered it (bitfount-protocol.md, 7.7).
///
/// Nothing in it is proven: whoever can send a message chooses most of these fields.
public struct IncomingMessage: Sendable, Hashable, Codable {
    /// What the message is about.
    public var type: MessageType
    /// The body, or a packed address to fetch it from (see ``LargeObjectReference``).
    @DataCoded public var body: [UInt8]
    /// How long the body was in bytes, if it was left out because it is longer than anything that is read; else 0. Such a message
    /// is not stored.
    public var omittedBytes = 0
    /// Whom it is for: a username, or a dataset identifier from newer modellers.
    public var recipient: String
    /// The mailbox it was delivered to: a dataset name or a worker mailbox.
    public var recipientMailboxID: String
    /// The username of the sender, if one is given.
    public var sender: String?
    /// Where answers go.
    public var senderMailboxID: String
    /// When it was sent, as the service wrote it: ISO 8601, in UTC when it has no offset.
    public var timestamp: String
    /// The worker mailbox of every pod of the task, by dataset identifier.
    public var podMailboxIDs: [String: String]
    /// What acknowledges this delivery; opaque.
    public var receiptHandle: String?
    /// The task; absent or empty from very old modellers.
    public var taskID: String?

    /// The names in what is stored; never to be changed, or stored messages are lost.
    enum CodingKeys: String, CodingKey {
        case type = "type"
        case body = "body"
        case recipient = "recipient"
        case recipientMailboxID = "recipientMailboxID"
        case sender = "sender"
        case senderMailboxID = "senderMailboxID"
        case timestamp = "timestamp"
        case podMailboxIDs = "podMailboxIDs"
        case receiptHandle = "receiptHandle"
        case taskID = "taskID"
    }

    /// Makes a message from its fields.
    public init(
        type: MessageType,
        body: [UInt8],
        recipient: String,
        recipientMailboxID: String,
        sender: String?,
        senderMailboxID: String,
        timestamp: String,
        podMailboxIDs: [String: String] = [:],
        receiptHandle: String? = nil,
        taskID: String? = nil
    ) {
        self.type = type
        self.body = body
        self.recipient = recipient
        self.recipientMailboxID = recipientMailboxID
        self.sender = sender
        self.senderMailboxID = senderMailboxID
        self.timestamp = timestamp
        self.podMailboxIDs = podMailboxIDs
        self.receiptHandle = receiptHandle
        self.taskID = taskID
    }
}

extension IncomingMessage: CustomStringConvertible {
    /// The type and the size, for a log: no field that a peer wrote.
    public var description: String {
        "\(type) with \(body.count) bytes"
    }
}
