import FlameHub

/// What the Hub is told about a node's part in an analysis. Only what changed is in it.
public struct ExecutionReport: Sendable, Equatable, Codable {
    /// The new status.
    public var status: ProcessStatus?
    /// Percent.
    public var progress: Int?

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
