import Cryptography

/// What the data owner configured about tasks, beyond what the Access Manager decides.
///
/// A policy can only refuse: nothing in it makes a task acceptable.
public struct OwnerPolicy: Sendable, Hashable {
    /// With which other pods this pod may compute.
    public let secureAggregation: SecureAggregationPolicy
    /// SHA-256 of the policy, by which an audit entry says which one was in force: over the approved pods, sorted by
    /// their bytes, each followed by a line feed. Lower-case hexadecimal.
    public let sha256: String

    /// A policy.
    ///
    /// - Parameter approvedPods: the pods approved for secure aggregation: `owner/name`, or a bare name for one of the
    ///   owner's own.
    public init(approvedPods: some Sequence<String>) {
        secureAggregation = SecureAggregationPolicy(approvedPods: approvedPods)
        let lines = secureAggregation.approvedPods
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
        sha256 = Hex.encode(SHA256.hash(lines))
    }

    /// What the policy says about a task.
    func examine(_ task: TaskRequest) -> PolicyFinding {
        let result: PolicyFinding.Result
        if task.protocolDocument.usesSecureAggregation {
            let unapproved = secureAggregation.unapprovedPods(
                among: task.pods,
                target: task.answerable.target,
                context: task.pod
            )
            result = unapproved.isEmpty ? .passed : .refused(unapprovedPods: unapproved)
        } else {
            result = .notApplicable
        }
        return PolicyFinding(policySHA256: sha256, rule: "secure-aggregation", result: result)
    }
}
