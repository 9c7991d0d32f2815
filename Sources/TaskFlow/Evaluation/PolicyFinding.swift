/// What the owner's policy said about a task: the audit entry's field `policy`.
public struct PolicyFinding: Sendable, Hashable {
    /// What a rule came to.
    public enum Result: Sendable, Hashable {
        /// The rule does not concern this task.
        case notApplicable
        /// The rule has no objection.
        case passed
        /// The rule refuses the task because of these pods. Their names are for the owner, never for the modeller.
        case refused(unapprovedPods: [String])

        /// The result in a word: `not-applicable`, `passed` or `refused`.
        public var name: String {
            switch self {
            case .notApplicable: "not-applicable"
            case .passed: "passed"
            case .refused: "refused"
            }
        }
    }

    /// ``OwnerPolicy/sha256`` of the policy that was asked.
    public let policySHA256: String
    /// The name of the rule that decided.
    public let rule: String
    /// What it came to.
    public let result: Result
}
