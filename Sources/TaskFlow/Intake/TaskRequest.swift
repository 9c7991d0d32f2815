// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import Bitfount
public import BitfountTasks

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
    public let method: AuditEntry.Method
    /// Whose pod it was sent to, and what that serves.
    public let pod: PodContext
    /// Every pod of the task, the target included.
    public let pods: Set<String>
}

extension TaskRequest: CustomStringConvertible {
    /// The task's id and target: what it asks for is not for logs.
    public var description: String { answerable.description }
}

/// What the intake has to know about this pod: whose it is, and which datasets it answers for.
public struct PodContext: Sendable, Hashable {
    /// The Bitfount username under which the pod and its datasets are registered.
    public let ownerUsername: String
    /// The name of the pod itself.
    public let podName: String
    /// The full identifiers (`owner/name`) of every dataset that this agent has registered or been linked to.
    /// A task's target must be exactly one of these.
    public let identifiers: Set<String>
    /// Whether this machine's clock is good enough to tell how old a message is.
    public let isClockTrusted: Bool

    /// Describes a pod.
    public init(ownerUsername: String, podName: String, identifiers: Set<String>, isClockTrusted: Bool = true) {
        self.ownerUsername = ownerUsername
        self.podName = podName
        self.identifiers = identifiers
        self.isClockTrusted = isClockTrusted
    }

    /// The pod's own identifier, `owner/pod-name`.
    public var podIdentifier: String { "\(ownerUsername)/\(podName)" }
}
