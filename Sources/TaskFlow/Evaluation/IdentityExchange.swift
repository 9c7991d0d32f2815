import BitfountTasks
import MessagePack

/// A private conversation with the modeller of one task, through the task's worker mailbox.
///
/// Whoever implements it seals and opens the messages, admits only what ``WorkerMessageGuard`` admits, checks from time
/// to time whether the modeller is still there, and must end promptly when its task is cancelled.
public protocol IdentityExchange: Sendable {
    /// Sends one message and waits for the one that answers it.
    ///
    /// - Parameters:
    ///   - type: the type of the message to send.
    ///   - body: what it holds, not yet sealed.
    ///   - answer: the type of the message to wait for.
    /// - Returns: what the answer holds.
    func ask(
        _ type: MessageType,
        _ body: MessagePackValue,
        expecting answer: MessageType
    ) async throws(IdentityExchangeError) -> MessagePackValue
}
