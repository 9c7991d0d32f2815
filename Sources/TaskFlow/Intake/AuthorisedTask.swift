import Bitfount
import BitfountTasks
import Foundation

/// A task that was allowed: proof, as a value, that every check passed and the Access Manager said `ACCEPT`.
///
/// Only ``Evaluator`` can make one, and an acceptance can be made from nothing else.
public struct AuthorisedTask: Sendable {
    /// The request.
    public let request: TaskRequest
    /// The usage limits that whoever runs the task has to keep to. They hold pre-signed addresses, which are secrets.
    public let limits: [UsageLimit]

    /// For ``Evaluator`` alone.
    init(request: TaskRequest, limits: [UsageLimit]) {
        self.request = request
        self.limits = limits
    }

    /// The message that accepts the task; to be sent only once the decision is durable.
    ///
    /// - Throws: ``TaskFormatError`` if it can't be sealed.
    public func acceptance(at date: Date) throws(TaskFormatError) -> OutgoingMessage {
        let task = request.answerable
        return try task.message(.jobAccept, JobReply.accept(task.target), at: date)
    }
}

extension AuthorisedTask: CustomStringConvertible {
    /// The task's id and target: what it asks for is not for logs.
    public var description: String { request.description }
}
