import BitfountTasks
import Foundation

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
