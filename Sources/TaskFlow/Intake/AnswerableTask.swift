// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks
public import Foundation
public import MessagePack
import Timekeeping

/// A task request whose modeller can be told something: the session key opened, and the mailboxes are known.
///
/// That is all it says. Only ``Evaluator`` makes an ``AuthorisedTask`` of one.
public struct AnswerableTask: Sendable {
    /// The username of the modeller, by the message's word.
    public let modeller: String
    /// Where answers go.
    public let modellerMailboxID: String
    /// T, the dataset the task is meant for. Answers name it as their sender.
    public let target: String
    /// The pod's mailbox of this task.
    public let workerMailboxID: String
    /// The task's id, as its request names it; very old modellers give none.
    public let taskID: String?
    /// Seals and opens the messages of this task, in its modeller's framing.
    public let cipher: TaskMessageCipher
    /// What the audit log is told about it.
    public internal(set) var facts: TaskFacts

    init(envelope: TaskEnvelope, target: TaskTarget, cipher: TaskMessageCipher, facts: TaskFacts) {
        modeller = envelope.modeller
        modellerMailboxID = envelope.modellerMailboxID
        self.target = target.identifier
        workerMailboxID = target.workerMailboxID
        taskID = envelope.taskID
        self.cipher = cipher
        self.facts = facts
    }

    /// How the modeller packs values.
    public var generation: Generation { cipher.generation }

    /// A message of this task from the pod to the modeller (bitfount-protocol.md, 7.7).
    ///
    /// - Parameters:
    ///   - type: the type of the message.
    ///   - content: what it holds; it is sealed here, and a second call gives other bytes.
    ///   - date: when it is sent.
    /// - Throws: ``TaskFormatError`` if the content can't be sealed.
    public func message(
        _ type: MessageType,
        _ content: MessagePackValue,
        at date: Date
    ) throws(TaskFormatError) -> OutgoingMessage {
        OutgoingMessage(
            type: type,
            body: try cipher.seal(content),
            recipient: modeller,
            recipientMailboxID: modellerMailboxID,
            sender: target,
            senderMailboxID: workerMailboxID,
            timestamp: ISO8601.text(date),
            taskID: taskID
        )
    }

    /// The message that refuses this task.
    ///
    /// - Throws: ``TaskFormatError`` if it can't be sealed.
    public func rejection(_ rejection: Rejection, at date: Date) throws(TaskFormatError) -> OutgoingMessage {
        try message(
            .jobReject,
            JobReply.reject(rejection.code, details: rejection.details, generation: generation),
            at: date
        )
    }
}

extension AnswerableTask: CustomStringConvertible {
    /// The task's id and target, both of which are known to be plain.
    public var description: String { "task \(taskID ?? "without id") for \(target)" }
}

extension AnswerableTask {
    /// What the modeller is sent when its task is refused.
    ///
    /// Who cancelled a task waits for an abort rather than a rejection (bitfount-protocol.md, 10.2).
    func answer(to rejection: Rejection, at date: Date) throws(TaskFormatError) -> OutgoingMessage {
        guard rejection.reason == .cancelledByModeller else { return try self.rejection(rejection, at: date) }
        return try abort("The modeller cancelled the task", reason: .cancelledByModeller, at: date)
    }

    /// Tells the modeller that nothing more will come. A text is understood by every generation
    /// (bitfount-protocol.md, 10.3).
    func abort(
        _ text: String,
        reason: AbortReason = .workerError,
        at date: Date
    ) throws(TaskFormatError) -> OutgoingMessage {
        var message = try message(.taskAbort, AbortBody.text(text), at: date)
        message.abortReason = generation == .g2 || reason.isKnownToG1 ? reason : .workerError
        return message
    }
}
