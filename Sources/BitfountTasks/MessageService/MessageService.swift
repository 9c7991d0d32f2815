// SPDX-License-Identifier: Apache-2.0

/// The queue between modellers and pods (bitfount-protocol.md, 7).
///
/// Getting and acknowledging are two calls on purpose: what was delivered is made durable between them.
public protocol MessageService: Sendable {
    /// Announces the pod and its datasets. Needed after each registration with the Hub and whenever the set of datasets
    /// changes; repeating it is harmless.
    func connect(_ pod: PodDescription) async throws(MessageServiceError)

    /// Looks into a mailbox once.
    ///
    /// - Returns: The next message, which stays in the mailbox until it is acknowledged, or `nil` when none waits.
    func nextMessage(in mailbox: Mailbox) async throws(MessageServiceError) -> IncomingMessage?

    /// Takes a delivered message out of its mailbox.
    ///
    /// - Parameters:
    ///   - receipt: The delivery's ``IncomingMessage/receiptHandle``.
    ///   - mailboxID: The mailbox that was named in the poll, or ``IncomingMessage/recipientMailboxID`` after a poll by
    ///     credential.
    ///   - deletingMailbox: Whether the mailbox goes too: true after a ``MessageType/taskComplete``, and only then.
    func acknowledge(
        _ receipt: String,
        mailboxID: String,
        deletingMailbox: Bool
    ) async throws(MessageServiceError)

    /// Asks for room for a body that is too long for a message.
    ///
    /// - Parameters:
    ///   - size: The size of what will be uploaded, in bytes.
    ///   - mailboxID: The worker mailbox that the message will come from.
    ///   - taskID: The task, as the request named it.
    func largeObjectStorage(
        for size: Int,
        mailboxID: String,
        taskID: String?
    ) async throws(MessageServiceError) -> LargeObjectTicket

    /// Sends a message. A message that the service has already counts as sent.
    func send(_ message: OutgoingMessage) async throws(MessageServiceError)
}
