// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks
public import MessagePack

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

/// Why a conversation with a modeller ended without an answer.
public struct IdentityExchangeError: Error {
    /// The kinds of failure, each of which leads to its own ``DecisionReason``.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The modeller did not answer in time, or showed no sign of life.
        case timedOut
        /// The modeller withdrew the task (`TASK_CANCEL` or `TASK_ABORT`).
        case cancelledByModeller
        /// Messages could not be sent or received.
        case unavailable
    }

    /// The kind of failure.
    public let code: Code
    /// What went wrong, in a sentence for the data owner.
    public let message: String
    /// What caused it, if another error did.
    public let underlying: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

extension IdentityExchangeError: CustomStringConvertible {
    /// The sentence alone: causes may quote foreign text.
    public var description: String { message }
}
