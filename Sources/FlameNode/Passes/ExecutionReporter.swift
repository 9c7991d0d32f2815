// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// Decides what to report about a run of an analysis on this node (flame-hub.md, 6.7): each status at
/// most once and in a legal order; progress strictly rising within a run, and 100 only when the run ended well. How often
/// progress is sent is the caller's affair.
public struct ExecutionReporter: Sendable, Equatable {
    /// A status that may not follow the one before it.
    public struct IllegalTransition: Error, Equatable {
        /// The status before.
        public let old: ProcessStatus?
        /// The status that was refused.
        public let new: ProcessStatus
    }

    /// The status that was last reported.
    public private(set) var status: ProcessStatus?
    /// The progress that was last reported.
    public private(set) var progress: Int?

    /// Goes on from what the Hub has.
    public init(status: ProcessStatus?, progress: Int?) {
        self.status = status
        self.progress = progress
    }

    /// Takes note of a new status.
    ///
    /// - Returns: What to report.
    public mutating func enter(_ new: ProcessStatus) throws(IllegalTransition) -> ExecutionReport {
        guard ExecutionTransition.isLegal(from: status, to: new) else {
            throw IllegalTransition(old: status, new: new)
        }
        let newProgress: Int? =
            switch new {
            case .executed: 100
            case .starting where status != nil: 0
            default: nil
            }
        status = new
        progress = newProgress ?? progress
        return ExecutionReport(status: new, progress: newProgress)
    }

    /// Takes note of progress.
    ///
    /// - Parameter percent: How far the run is; 100 is reported as 99 until the run has ended.
    /// - Returns: What to report, or `nil` if it is nothing new.
    public mutating func reach(_ percent: Int) -> ExecutionReport? {
        let percent = min(percent, 99)
        guard status == .started || status == .executing, percent >= 0, percent > progress ?? -1 else { return nil }
        progress = percent
        return ExecutionReport(progress: percent)
    }
}

/// What the Hub is told about a node's part in an analysis. Only what changed is in it.
public struct ExecutionReport: Sendable, Equatable, Codable {
    /// The new status.
    public var status: ProcessStatus?
    /// Percent.
    public var progress: Int?

    enum CodingKeys: String, CodingKey {
        case status = "status"
        case progress = "progress"
    }

    /// A report.
    public init(status: ProcessStatus? = nil, progress: Int? = nil) {
        self.status = status
        self.progress = progress
    }

    /// Both reports in one. The later one holds: the Hub keeps no history.
    func followed(by later: ExecutionReport) -> ExecutionReport {
        ExecutionReport(status: later.status ?? status, progress: later.progress ?? progress)
    }
}

/// The order in which a node's part in an analysis may change its status. The Hub takes anything in any order, so the
/// order is kept here (flame-hub.md, 6.7).
public enum ExecutionTransition {
    /// Whether a status may follow another. `nil` is the status of a part that was never begun. A status that is not
    /// known to this version neither follows nor is followed.
    public static func isLegal(from old: ProcessStatus?, to new: ProcessStatus) -> Bool {
        guard let old else { return new == .starting }
        return successors[old]?.contains(new) ?? false
    }

    private static let successors: [ProcessStatus: Set<ProcessStatus>] = [
        .starting: [.started, .stopping, .failed],
        .started: [.executing, .stopping, .failed],
        .executing: [.executed, .stopping, .failed],
        .stopping: [.stopped, .failed],
        // The operator starts it again.
        .executed: [.starting], .failed: [.starting], .stopped: [.starting],
    ]
}

extension ProcessStatus {
    /// Whether something is under way, or about to be.
    public var isActive: Bool { [.starting, .started, .executing, .stopping].contains(self) }
    /// Whether a run has ended.
    public var isFinal: Bool { [.executed, .failed, .stopped].contains(self) }
}
