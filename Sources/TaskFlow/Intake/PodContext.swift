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
