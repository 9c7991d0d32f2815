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
