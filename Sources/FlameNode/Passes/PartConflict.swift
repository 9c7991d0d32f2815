// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// What to do when the Hub's row of a node's part in an analysis is not what this machine expects (flame-hub.md, 6.8).
public struct PartConflict: Sendable, Equatable {
    /// Something to do.
    public enum Action: Sendable, Equatable {
        /// Stop the local job and report `stopped`.
        case stopJob
        /// Ask for the data owner's consent again: the code may change.
        case askConsentAgain
        /// Report the local status once more.
        case reassert(ProcessStatus)
        /// Take over the Hub's status; `nil` if it has none.
        case adopt(ProcessStatus?)
        /// Tell the operator: another writer does not give way, or the Hub says something that this version does not
        /// understand.
        case alarm(Reason)
    }

    /// Why the operator is told.
    public enum Reason: String, Sendable {
        /// The row is gone, although a job runs for it.
        case rowGone = "row-gone"
        /// Somebody else overwrote the status again after it was reported once more.
        case contested = "contested"
        /// The Hub has a status that this version does not know.
        case unknownStatus = "unknown-status"
    }

    /// What this machine knows about the part.
    public struct Local: Sendable, Equatable {
        /// The status that this machine last wrote, or last took over.
        public var lastWritten: ProcessStatus?
        /// Whether a job runs for it.
        public var isRunning: Bool
        /// Whether the status was reported once more already since it last matched.
        public var hasReasserted: Bool
        /// Whether a report is still to be sent, so that a difference means nothing yet.
        public var hasPendingReport: Bool

        /// What this machine knows.
        public init(
            lastWritten: ProcessStatus?,
            isRunning: Bool,
            hasReasserted: Bool = false,
            hasPendingReport: Bool = false
        ) {
            self.lastWritten = lastWritten
            self.isRunning = isRunning
            self.hasReasserted = hasReasserted
            self.hasPendingReport = hasPendingReport
        }
    }

    /// What to do, in this order; empty if nothing is wrong.
    ///
    /// - Parameters:
    ///   - row: The Hub's row, or `nil` if it is known to be deleted.
    ///   - local: What this machine knows.
    public static func actions(row: AnalysisNode?, local: Local) -> [Action] {
        guard let row else { return local.isRunning ? [.stopJob, .alarm(.rowGone)] : [] }
        var actions: [Action] = []
        if local.isRunning, row.approvalStatus != .approved {
            actions.append(.stopJob)
            // An approval that was taken back together with the lock means that the code is open again.
            if row.analysis?.configurationLocked == false { actions.append(.askConsentAgain) }
            return actions
        }
        guard row.executionStatus != local.lastWritten, !local.hasPendingReport else { return [] }
        if let status = row.executionStatus, !status.isKnown { return [.alarm(.unknownStatus)] }
        guard local.isRunning else { return [.adopt(row.executionStatus)] }
        guard let own = local.lastWritten, !local.hasReasserted else { return [.alarm(.contested)] }
        return [.reassert(own)]
    }
}
