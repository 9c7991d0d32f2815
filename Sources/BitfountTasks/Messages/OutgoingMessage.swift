// SPDX-License-Identifier: Apache-2.0

/// A message that the pod sends (bitfount-protocol.md, 7.7).
///
/// It can be stored and sent again byte by byte: an answer is encrypted once, and a second sealing would give other
/// bytes.
public struct OutgoingMessage: Sendable, Hashable, Codable {
    /// What the message is about.
    public var type: MessageType
    /// The body, sealed already where the type asks for it.
    @DataCoded public var body: [UInt8]
    /// The modeller's username.
    public var recipient: String
    /// The modeller's mailbox.
    public var recipientMailboxID: String
    /// The dataset identifier the task was addressed to, byte for byte: a modeller looks its task key up by it.
    public var sender: String
    /// The worker mailbox of the task.
    public var senderMailboxID: String
    /// When the message was made: ISO 8601, UTC.
    public var timestamp: String
    /// The task, as the request named it.
    public var taskID: String?
    /// Why the task was given up; only on a ``MessageType/taskAbort``.
    public var abortReason: AbortReason?

    /// The names in what is stored; never to be changed, or stored messages are lost.
    enum CodingKeys: String, CodingKey {
        case type = "type"
        case body = "body"
        case recipient = "recipient"
        case recipientMailboxID = "recipientMailboxID"
        case sender = "sender"
        case senderMailboxID = "senderMailboxID"
        case timestamp = "timestamp"
        case taskID = "taskID"
        case abortReason = "abortReason"
    }

    /// Makes a message from its fields.
    public init(
        type: MessageType,
        body: [UInt8],
        recipient: String,
        recipientMailboxID: String,
        sender: String,
        senderMailboxID: String,
        timestamp: String,
        taskID: String?,
        abortReason: AbortReason? = nil
    ) {
        self.type = type
        self.body = body
        self.recipient = recipient
        self.recipientMailboxID = recipientMailboxID
        self.sender = sender
        self.senderMailboxID = senderMailboxID
        self.timestamp = timestamp
        self.taskID = taskID
        self.abortReason = abortReason
    }
}

extension OutgoingMessage: CustomStringConvertible {
    /// The type and the size, for a log.
    public var description: String {
        "\(type) with \(body.count) bytes"
    }
}
