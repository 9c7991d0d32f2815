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
    /// It was run to its end here or elsewhere, and nobody asked for another run.
    case alreadyRun = "already-run"
    /// Which project it belongs to is not known, this node has no part in it, or the Hub moved it to another one.
    case projectUnknown = "project-unknown"
    /// The data owner rejected the project, here or at the Hub.
    case projectRejected = "project-rejected"
    /// The Hub says *distributed*, but of a former image: it was unlocked or built again since. This Hub does not distribute
    /// it again; the data owner can confirm the image, or a new analysis is needed.
    case distributionStale = "distribution-stale"
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
    ///   - isDistributionStale: Whether the distribution is about a former image.
    ///   - isRestart: Whether the operator asked for another run.
    public static func blockers(
        of part: AnalysisNode,
        hasConsent: Bool,
        hasData: Bool,
        hasDistribution: Bool = true,
        isDistributionStale: Bool = false,
        isRestart: Bool = false
    ) -> [StartBlocker] {
        var blockers: [StartBlocker] = []
        if part.approvalStatus != .approved { blockers.append(.notApproved) }
        if !hasConsent { blockers.append(.noConsent) }
        if let analysis = part.analysis {
            if analysis.buildStatus != .executed { blockers.append(.notBuilt) }
            if hasDistribution {
                if analysis.distributionStatus != .executed {
                    blockers.append(.notDistributed)
                } else if isDistributionStale {
                    blockers.append(.distributionStale)
                }
            }
        } else {
            blockers.append(.analysisUnknown)
        }
        if let status = part.executionStatus, !(isRestart && status.isFinal) {
            blockers.append(status.isFinal ? .alreadyRun : .alreadyBegun)
        }
        if !hasData { blockers.append(.noData) }
        return blockers
    }
}
