import FlameHub

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
