// SPDX-License-Identifier: Apache-2.0

public import AuditLog
import BitfountTasks
import Cryptography

/// What the data owner configured about tasks, beyond what the Access Manager decides.
///
/// A policy can only refuse: nothing in it makes a task acceptable.
public struct OwnerPolicy: Sendable, Hashable {
    /// With which other pods this pod may compute.
    public let secureAggregation: SecureAggregationPolicy
    /// The ways of proving identity that are accepted.
    public let methods: Set<AuditEntry.Method>
    /// The projects in whose name tasks may run, by dataset identifier; a dataset that is not there has no restriction.
    public let projects: [String: Set<String>]
    /// SHA-256 of the policy, by which an audit entry says which one was in force; lower-case hexadecimal. Hashed are lines, each
    /// with a line feed: the approved pods, sorted by their bytes; if not all methods are accepted, `methods: ` and their
    /// names, sorted, with a space between; for each dataset that is restricted, sorted, `projects of `, its identifier, `:`
    /// and its projects, sorted, each after a space.
    public let sha256: String

    /// A policy.
    ///
    /// - Parameters:
    ///   - approvedPods: the pods approved for secure aggregation: `owner/name`, or a bare name for one of the owner's own.
    ///   - methods: the ways of proving identity that are accepted.
    ///   - projects: the projects in whose name tasks may run, by dataset identifier.
    public init(
        approvedPods: some Sequence<String>,
        methods: Set<AuditEntry.Method> = Set(AuditEntry.Method.allCases),
        projects: [String: Set<String>] = [:]
    ) {
        secureAggregation = SecureAggregationPolicy(approvedPods: approvedPods)
        self.methods = methods
        self.projects = projects
        var lines = Self.sorted(secureAggregation.approvedPods)
        if methods.count < AuditEntry.Method.allCases.count {
            lines.append("methods: " + Self.sorted(methods.map(\.rawValue)).joined(separator: " "))
        }
        for dataset in Self.sorted(projects.keys) {
            let names = Self.sorted(projects[dataset] ?? []).map { " " + $0 }
            lines.append("projects of \(dataset):" + names.joined())
        }
        sha256 = Hex.encode(SHA256.hash(lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }))
    }

    private static func sorted(_ texts: some Sequence<String>) -> [String] {
        texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What the policy says about a task: of the first rule that refuses it, else of the last that concerns it.
    func examine(_ task: TaskRequest) -> PolicyFinding {
        guard methods.contains(task.method) else {
            return PolicyFinding(policySHA256: sha256, rule: "methods", result: .refused(.methodNotAllowed))
        }
        if let allowed = projects[task.answerable.target] {
            // A project is not authenticated (bitfount-protocol.md, 13.7): the Access Manager is asked about this very one.
            guard let project = task.outer.projectID, allowed.contains(where: { $0.hasSameBytes(as: project) }) else {
                return PolicyFinding(policySHA256: sha256, rule: "projects", result: .refused(.projectNotAllowed))
            }
        }
        let result: PolicyFinding.Result
        if task.protocolDocument.usesSecureAggregation {
            let unapproved = secureAggregation.unapprovedPods(
                among: task.pods,
                target: task.answerable.target,
                context: task.pod
            )
            result = unapproved.isEmpty ? .passed : .refused(.unapprovedPods, pods: unapproved)
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
        /// The rule refuses the task, with the pods on which that lies, if it does. Their names are for the owner, never for the
        /// modeller.
        case refused(DecisionReason, pods: [String] = [])

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
