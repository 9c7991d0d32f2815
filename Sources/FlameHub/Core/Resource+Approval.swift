// SPDX-License-Identifier: Apache-2.0

/// Changes with a data owner's decision among them.
public protocol DecisionChanges: ChangeSet {
    /// The decision; null opens it again.
    var approvalStatus: Update<ApprovalStatus> { get set }
    /// What the data owner says about it.
    var comment: Update<String> { get set }
}

extension ProjectNode.Changes: DecisionChanges {}
extension AnalysisNode.Changes: DecisionChanges {}

/// Deciding needs a user of the node's realm with the right to; the node's own client may not (flame-hub.md, 5.5).
extension Resource where Record: Updatable, Record.Changes: DecisionChanges {
    /// Approves.
    @discardableResult
    public func approve(_ id: HubID<Record>, comment: String? = nil) async throws(FlameHubError) -> Record {
        try await decide(id, .set(.approved), comment)
    }

    /// Rejects.
    @discardableResult
    public func reject(_ id: HubID<Record>, comment: String? = nil) async throws(FlameHubError) -> Record {
        try await decide(id, .set(.rejected), comment)
    }

    /// Opens the decision again.
    @discardableResult
    public func withdrawDecision(_ id: HubID<Record>) async throws(FlameHubError) -> Record {
        try await decide(id, .null, nil)
    }

    private func decide(
        _ id: HubID<Record>,
        _ status: Update<ApprovalStatus>,
        _ comment: String?
    ) async throws(FlameHubError) -> Record {
        try await update(id) {
            $0.approvalStatus = status
            if let comment { $0.comment = .set(comment) }
        }
    }
}
