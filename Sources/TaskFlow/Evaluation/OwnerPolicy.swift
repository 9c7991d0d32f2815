// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
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

/// With which other pods this pod may take part in secure aggregation (bitfount-protocol.md, 9.5).
///
/// In secure aggregation a pod sends masked values to the other pods of the task and trusts them not to collude,
/// so the owner has to name them. In every other mode the other pods see nothing of this one and are not examined.
public struct SecureAggregationPolicy: Sendable, Hashable {
    /// Pods that the owner approved: `owner/name`, or a bare name for one of the owner's own.
    public let approvedPods: Set<String>

    /// A policy that approves these pods beside the owner's own datasets.
    public init(approvedPods: some Sequence<String>) {
        self.approvedPods = Set(approvedPods)
    }

    /// The pods of a task that are not approved, in order; empty if the task may go on.
    ///
    /// - Parameters:
    ///   - pods: every pod that takes part in the task, the target included.
    ///   - target: the dataset of this pod that the task is meant for.
    ///   - context: whose pod this is and what it serves.
    func unapprovedPods(among pods: some Sequence<String>, target: String, context: PodContext) -> [String] {
        let approved = Set(approvedPods.map { $0.contains("/") ? $0 : "\(context.ownerUsername)/\($0)" })
        return
            pods
            .filter { $0 != target && $0 != context.podIdentifier }
            .filter { !approved.contains($0) && !context.identifiers.contains($0) }
            .sorted()
    }
}

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
