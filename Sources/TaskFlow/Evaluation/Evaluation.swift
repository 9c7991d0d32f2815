/// The outcome of evaluating a task, with all that the audit entry of the decision needs beside ``TaskFacts``.
public struct Evaluation: Sendable {
    /// What was decided.
    public enum Decision: Sendable {
        /// The task is allowed.
        case accept(AuthorisedTask)
        /// The task is refused.
        case reject(Rejection)
    }

    /// What was decided.
    public let decision: Decision
    /// How the modeller was to prove who they are.
    public let method: IdentityMethod
    /// What the owner's policy said.
    public let policy: PolicyFinding
    /// What the Access Manager said, if it was asked.
    public let accessManager: AccessManagerRecord?

    /// Why it was decided so.
    public var reason: DecisionReason {
        switch decision {
        case .accept: .accepted
        case .reject(let rejection): rejection.reason
        }
    }

    /// Who decided.
    public var by: DecisionAuthority { reason.authority }

    /// Whether a modeller's withdrawal may still take the decision's place: it was not refused for a reason of its own.
    public var isOpen: Bool { reason == .accepted || reason == .interrupted }
}
