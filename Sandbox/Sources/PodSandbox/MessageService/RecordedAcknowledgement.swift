// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// An `AcknowledgeMessage` call that the service carried out.
package struct RecordedAcknowledgement: Sendable, Hashable {
    /// When it came.
    package let at: Date
    /// The user who acknowledged.
    package let caller: String
    /// The mailbox it named.
    package let mailboxID: String
    /// The receipt it named.
    package let receipt: String
    /// The task of the acknowledged message, if the message was still there and had one.
    package let taskID: String?
    /// Whether the mailbox was to be deleted; nil when the call left that open.
    package let deletesMailbox: Bool?
}
