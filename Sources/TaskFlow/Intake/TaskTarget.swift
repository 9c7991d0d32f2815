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
