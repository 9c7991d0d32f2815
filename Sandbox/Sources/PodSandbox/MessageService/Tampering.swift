// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks

/// What a dishonest message service changes in a task's request before it delivers it.
package struct Tampering: Sendable {
    /// The timestamp, as text.
    package var timestamp: String?
    /// The sender.
    package var sender: String?
    /// The recipient.
    package var recipient: String?
    /// The mailbox it claims to be for; it still goes into the dataset's queue.
    package var recipientMailboxID: String?
    /// The worker mailboxes, made from the genuine ones.
    package var podMailboxIDs: (@Sendable ([String: String]) -> [String: String])?
    /// The type.
    package var type: MessageType?
    /// The body.
    package var body: [UInt8]?
    /// The task id.
    package var taskID: String?
    /// How many more copies are delivered, each as a message of its own.
    package var extraCopies = 0

    /// Nothing changed yet.
    package init() {}
}
