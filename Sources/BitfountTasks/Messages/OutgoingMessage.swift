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
    /// Which message of a running task this is, counted from 1; ``Generation/g2`` only.
    public var sequenceNumber: UInt64?
    /// What goes with a message of a running task.
    public var metadata: OutgoingMetadata?

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
        case sequenceNumber = "sequenceNumber"
        case metadata = "metadata"
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

/// What goes with a message of a running task, beside its content (bitfount-protocol.md, 7.7). Newer modellers read it.
public struct OutgoingMetadata: Sendable, Hashable, Codable {
    /// A resource of which a result used up something.
    public struct ResourceConsumed: Sendable, Hashable, Codable {
        /// Its kind, as numbered on the wire.
        public var type: Int32
        /// Which one.
        public var identifier: String
        /// How much of it.
        public var amount: Double

        /// Makes a record of use.
        public init(type: Int32, identifier: String, amount: Double) {
            self.type = type
            self.identifier = identifier
            self.amount = amount
        }

        /// The names in what is stored; never to be changed.
        enum CodingKeys: String, CodingKey {
            case type = "type"
            case identifier = "identifier"
            case amount = "amount"
        }
    }

    /// Which algorithm and batch a message belongs to.
    public struct Algorithm: Sendable, Hashable, Codable {
        /// Which batch, from 0.
        public var batchNumber: UInt32?
        /// How many batches there are.
        public var totalBatches: UInt32?
        /// The algorithm's name.
        public var name: String?
        /// Which algorithm, from 0.
        public var index: UInt32?
        /// How many algorithms there are.
        public var total: UInt32?

        /// Makes it from what is known.
        public init(
            batchNumber: UInt32? = nil,
            totalBatches: UInt32? = nil,
            name: String? = nil,
            index: UInt32? = nil,
            total: UInt32? = nil
        ) {
            self.batchNumber = batchNumber
            self.totalBatches = totalBatches
            self.name = name
            self.index = index
            self.total = total
        }

        /// The names in what is stored; never to be changed.
        enum CodingKeys: String, CodingKey {
            case batchNumber = "batchNumber"
            case totalBatches = "totalBatches"
            case name = "name"
            case index = "index"
            case total = "total"
        }
    }

    /// The most records of use in one message.
    public static let maximumResources = 64

    /// What was used up.
    public var resourcesConsumed: [ResourceConsumed] = []
    /// What it belongs to.
    public var algorithm: Algorithm?

    /// Nothing.
    public init() {}

    /// Whether there is nothing to say.
    public var isEmpty: Bool { resourcesConsumed.isEmpty && algorithm == nil }

    /// The names in what is stored; never to be changed.
    enum CodingKeys: String, CodingKey {
        case resourcesConsumed = "resourcesConsumed"
        case algorithm = "algorithm"
    }
}
