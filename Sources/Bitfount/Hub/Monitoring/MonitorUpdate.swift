// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One line in the record of a task at the Hub (bitfount-protocol.md, 3.9). Only releases up to 9.0.0 send them.
public struct MonitorUpdate: Sendable, Equatable {
    /// Who may see the line.
    public enum Privacy: String, Sendable {
        /// The pod's owner.
        case owner = "PRIVATE"
        /// The pod's owner and the modeller.
        case ownerAndModeller = "MODELLER"
        /// Everybody in the task.
        case allParticipants = "ALL_PARTICIPANTS"
    }

    /// How far something has got.
    public struct Progress: Sendable, Equatable {
        /// How much is done.
        public var value: Double
        /// How much there is, if that is known.
        public var total: Double?
        /// How much there may be, if only that is known.
        public var estimatedTotal: Double?
        /// What is counted.
        public var unit: String?

        /// Puts a count together.
        public init(value: Double, total: Double? = nil, estimatedTotal: Double? = nil, unit: String? = nil) {
            self.value = value
            self.total = total
            self.estimatedTotal = estimatedTotal
            self.unit = unit
        }
    }

    /// The task.
    public var taskID: String
    /// The mailbox of the one who says it; a pod's worker mailbox.
    public var senderID: String
    /// The mailbox of the one it is said to.
    public var recipientID: String?
    /// When, in ISO 8601 with an offset.
    public var timestamp: String
    /// Who may see it.
    public var privacy: Privacy
    /// What it is about: the name of a message type, `TASK_CONFIG` or `TASK_STATUS_UPDATE`.
    public var type: String
    /// Words for people.
    public var message: String?
    /// Details, such as the protocol of the task.
    public var metadata: JSONObject?
    /// How far things have got, by name.
    public var progress: [String: Progress]?
    /// What the task uses, by name.
    public var resourceUsage: [String: Double]?

    /// Puts a line together.
    public init(taskID: String, senderID: String, timestamp: String, privacy: Privacy, type: String) {
        self.taskID = taskID
        self.senderID = senderID
        self.timestamp = timestamp
        self.privacy = privacy
        self.type = type
    }

    var document: JSONObject {
        var document: JSONObject = ["taskId": .string(taskID), "senderId": .string(senderID)]
        document["recipientId"] = recipientID.map(JSONValue.string)
        document["timestamp"] = .string(timestamp)
        document["privacy"] = .string(privacy.rawValue)
        document["type"] = .string(type)
        document["message"] = message.map(JSONValue.string)
        document["metadata"] = metadata.map(JSONValue.object)
        document["progress"] = progress.map { .object(JSONObject($0.map { ($0.key, .object($0.value.document)) })) }
        document["resourceUsage"] = resourceUsage.map { .object(JSONObject($0.map { ($0.key, .double($0.value)) })) }
        return document
    }
}

extension MonitorUpdate.Progress {
    fileprivate var document: JSONObject {
        var document: JSONObject = ["value": .double(value)]
        document["total"] = total.map(JSONValue.double)
        document["estimated_total"] = estimatedTotal.map(JSONValue.double)
        document["unit"] = unit.map(JSONValue.string)
        return document
    }
}
