import FlameHub

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
