// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks
public import MessagePack

/// Decides which messages in a task's worker mailbox come from the task's modeller.
///
/// Anyone who learns the id of a worker mailbox can drop messages into it. Believed are only those that name the
/// modeller of the request as sender, carry the request's task id, and open with the task's session key
/// (bitfount-protocol.md, 13.4). What is refused must have no effect at all, not even as a sign of life.
public struct WorkerMessageGuard: Sendable {
    private let modeller: String
    private let taskID: String?
    private let cipher: TaskMessageCipher

    /// A guard for the worker mailbox of one task.
    public init(_ task: AnswerableTask) {
        modeller = task.modeller
        taskID = task.taskID
        cipher = task.cipher
    }

    /// What the message holds, if it comes from the task's modeller.
    ///
    /// The cheap comparisons come first: a flood of foreign messages costs no decryption.
    public func open(_ message: IncomingMessage) throws(WorkerMessageRefusal) -> MessagePackValue {
        guard let sender = message.sender, sender.hasSameBytes(as: modeller) else { throw .foreignSender }
        guard (message.taskID ?? "").hasSameBytes(as: taskID ?? "") else { throw .foreignTask }
        do {
            return try cipher.open(message.body)
        } catch {
            throw .undecryptable
        }
    }
}

/// Why a message in a worker mailbox was not believed.
public enum WorkerMessageRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// It does not name the task's modeller as its sender.
    case foreignSender = "foreign-sender"
    /// It belongs to another task, or to none.
    case foreignTask = "foreign-task"
    /// It does not open with the task's session key, or holds no value.
    case undecryptable = "undecryptable"
}
