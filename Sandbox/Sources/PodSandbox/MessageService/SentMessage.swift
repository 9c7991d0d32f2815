// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks
package import Foundation

/// A message that someone sent through the service.
package struct SentMessage: Sendable, Hashable {
    /// When it came.
    package let at: Date
    /// The same on the monotonic clock.
    package let instant: ContinuousClock.Instant
    /// The user who sent it.
    package let caller: String
    /// Its type.
    package let type: MessageType
    /// Its body as it was sent.
    package let body: [UInt8]
    /// The username or identifier it is for.
    package let recipient: String
    /// The mailbox it is for.
    package let recipientMailboxID: String
    /// The sender it was delivered with.
    package let sender: String
    /// The sender's mailbox.
    package let senderMailboxID: String
    /// The timestamp that the sender wrote; the service replaces it.
    package let timestamp: String
    /// The task.
    package let taskID: String?
    /// The reason in its metadata.
    package let abortReason: AbortReason?
}
