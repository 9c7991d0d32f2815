// SPDX-License-Identifier: Apache-2.0

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

/// The dataset a task is meant for, and the mailbox through which its answer goes out.
struct TaskTarget: Sendable, Hashable {
    /// T: byte for byte a key of the message's `podMailboxIds`, because modellers look their key up by it.
    let identifier: String
    /// `podMailboxIds[T]`.
    let workerMailboxID: String

    /// Finds the target of a message by the rules that serve both SDK generations (bitfount-protocol.md, 9.3).
    ///
    /// The result is only what the envelope claims: whether this pod serves it is checked afterwards.
    ///
    /// - Returns: `nil` if the message names no worker mailbox for any dataset it could mean.
    init?(recipient: String, recipientMailboxID: String, podMailboxIDs: [String: String], ownerUsername: String) {
        let candidates = [
            recipient.contains("/") ? recipient : nil,
            "\(recipient)/\(recipientMailboxID)",
            Self.onlyIdentifier(of: recipientMailboxID, in: podMailboxIDs),
            "\(ownerUsername)/\(recipientMailboxID)",
        ]
        for case let identifier? in candidates {
            if let mailboxID = podMailboxIDs[identifier] {
                self.identifier = identifier
                self.workerMailboxID = mailboxID
                return
            }
        }
        return nil
    }

    /// The identifier whose worker mailbox is `mailboxID`, if there is exactly one.
    private static func onlyIdentifier(of mailboxID: String, in podMailboxIDs: [String: String]) -> String? {
        let matches = podMailboxIDs.filter { $0.value == mailboxID }
        return matches.count == 1 ? matches.keys.first : nil
    }
}

extension String {
    /// Whether this is what genuine peers use as an id: 1 to `maximumBytes` printable ASCII characters, no space.
    ///
    /// Anything else could forge a log line, or compare equal to another id under Unicode's rules while its bytes
    /// differ; between two ASCII strings `==` compares bytes.
    func isPlainIdentifier(maximumBytes: Int) -> Bool {
        (1...maximumBytes).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether both have the same bytes; `==` also holds for different bytes that Unicode calls equivalent.
    func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
