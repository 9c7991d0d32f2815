// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// Why an analysis may not start on this node yet (flame-hub.md, 6.4).
public enum StartBlocker: String, Sendable, CaseIterable {
    /// The Hub does not have the data owner's approval, or has something that is not known to be one.
    case notApproved = "not-approved"
    /// The data owner did not consent on this machine. The Hub's approval alone is not enough: others can give it.
    case noConsent = "no-consent"
    /// The Hub did not send the analysis along; it may do so in the next cycle.
    case analysisUnknown = "analysis-unknown"
    /// The image is not built.
    case notBuilt = "not-built"
    /// The image was not sent to the nodes.
    case notDistributed = "not-distributed"
    /// It was begun already, here or by somebody else.
    case alreadyBegun = "already-begun"
    /// The project's data is not bound on this machine.
    case noData = "no-data"
    /// What is stored of a run of it on this machine can't be read.
    case runUnreadable = "run-unreadable"

    /// Everything that is in the way of a start; empty if it may begin.
    ///
    /// - Parameters:
    ///   - part: The node's part in the analysis, with the analysis embedded.
    ///   - hasConsent: Whether the data owner consented on this machine.
    ///   - hasData: Whether the project's data is bound.
    ///   - hasDistribution: Whether the Hub sends images to the nodes in a step of its own, as from
    ///     ``HubVersion/clientsForNodes`` on.
    ///   - isRestart: Whether the operator asked for another run.
    public static func blockers(
        of part: AnalysisNode,
        hasConsent: Bool,
        hasData: Bool,
        hasDistribution: Bool = true,
        isRestart: Bool = false
    ) -> [StartBlocker] {
        var blockers: [StartBlocker] = []
        if part.approvalStatus != .approved { blockers.append(.notApproved) }
        if !hasConsent { blockers.append(.noConsent) }
        if let analysis = part.analysis {
            if analysis.buildStatus != .executed { blockers.append(.notBuilt) }
            if hasDistribution, analysis.distributionStatus != .executed { blockers.append(.notDistributed) }
        } else {
            blockers.append(.analysisUnknown)
        }
        let mayBegin = part.executionStatus.map { isRestart && $0.isFinal } ?? true
        if !mayBegin { blockers.append(.alreadyBegun) }
        if !hasData { blockers.append(.noData) }
        return blockers
    }
}
