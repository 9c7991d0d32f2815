import BitfountTasks

/// The fields around a task request, once they are known to look like what genuine peers send.
///
/// They go into replies, questions to the Access Manager and the audit log, so nothing else may get through; whether
/// they are *true* is for the checks and the Access Manager to find out.
struct TaskEnvelope: Sendable {
    let modeller: String
    let modellerMailboxID: String
    let recipient: String
    let recipientMailboxID: String
    let podMailboxIDs: [String: String]
    let taskID: String?

    init(_ message: IncomingMessage, limits: IntakeLimits) throws(IntakeFault) {
        guard message.type == .jobRequest else { throw IntakeFault(.malformedEnvelope) }
        guard let sender = message.sender, !sender.isEmpty else { throw IntakeFault(.missingSender) }
        let taskID = message.taskID.flatMap { $0.isEmpty ? nil : $0 }

        let identifiers = [sender, message.recipient] + message.podMailboxIDs.keys + (taskID.map { [$0] } ?? [])
        let mailboxIDs = [message.senderMailboxID, message.recipientMailboxID] + message.podMailboxIDs.values
        guard message.podMailboxIDs.count <= limits.maximumPods,
            identifiers.allSatisfy({ $0.isPlainIdentifier(maximumBytes: limits.maximumIdentifierBytes) }),
            mailboxIDs.allSatisfy({ $0.isPlainIdentifier(maximumBytes: limits.maximumMailboxIDBytes) })
        else { throw IntakeFault(.malformedEnvelope) }

        modeller = sender
        modellerMailboxID = message.senderMailboxID
        recipient = message.recipient
        recipientMailboxID = message.recipientMailboxID
        podMailboxIDs = message.podMailboxIDs
        self.taskID = taskID
    }
}
