// SPDX-License-Identifier: Apache-2.0

extension Resource where Record == AnalysisNode {
    /// Reports how far the node is. Nothing else is sent: a body that also names the decision is refused as a whole
    /// (flame-hub.md, 5.5).
    ///
    /// - Parameters:
    ///   - status: The new status, or `nil` to leave it.
    ///   - progress: Percent, 0 to 100, or `nil` to leave it.
    @discardableResult
    public func report(
        _ id: HubID<AnalysisNode>,
        status: ProcessStatus? = nil,
        progress: Int? = nil
    ) async throws(FlameHubError) -> AnalysisNode {
        guard progress.map({ 0...100 ~= $0 }) ?? true else {
            throw FlameHubError(.invalidRequest, "Progress is a percentage.")
        }
        return try await update(id) {
            if let status { $0.executionStatus = .set(status) }
            if let progress { $0.executionProgress = .set(progress) }
        }
    }
}
