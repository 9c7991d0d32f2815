import Bitfount
import BitfountTasks

/// A task request that passed every check that can be made without asking anybody.
///
/// Everything that the Access Manager is asked about comes from here, and so from what was decrypted.
public struct TaskRequest: Sendable {
    /// Whom to answer, and how.
    public let answerable: AnswerableTask
    /// The target, as the Access Manager is asked about it.
    public let podIdentifier: PodIdentifier
    /// The clear part; it agrees with the encrypted one as far as it repeats it.
    public let outer: OuterRequest
    /// The encrypted part.
    public let inner: InnerRequest
    /// The protocol of the encrypted part.
    public let protocolDocument: ProtocolDocument
    /// How the modeller proves who they are.
    public let method: IdentityMethod
    /// Whose pod it was sent to, and what that serves.
    public let pod: PodContext
    /// Every pod of the task, the target included.
    public let pods: Set<String>
}

extension TaskRequest: CustomStringConvertible {
    /// The task's id and target: what it asks for is not for logs.
    public var description: String { answerable.description }
}
