import Dispatch
import Synchronization

/// Keeps the newest checkpoint in a file beside the key, where putting back an old copy of the database doesn't reach.
///
/// The file is written after the commit and apart from the writer, so it can be a little behind: that only means that
/// it names an earlier state of the same log.
final class LastCheckpointFile: Sendable {
    private struct State {
        var files: AuditKeyFiles?
        var waiting: SignedCheckpoint?
        var fault: StoreError?
    }

    private let queue = DispatchQueue(label: "pod-agent.audit.last-checkpoint")
    private let state = Mutex(State())

    /// Why the last write failed; nil if it didn't.
    var fault: StoreError? { state.withLock { $0.fault } }

    func start(_ files: AuditKeyFiles) {
        state.withLock { $0.files = files }
    }

    func save(_ checkpoint: SignedCheckpoint) {
        let isIdle = state.withLock { state in
            defer { state.waiting = checkpoint }
            return state.waiting == nil
        }
        if isIdle { queue.async { self.write() } }
    }

    /// Returns when everything that was saved is written.
    func finish() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func write() {
        let (files, waiting) = state.withLock { state in
            defer { state.waiting = nil }
            return (state.files, state.waiting)
        }
        guard let files, let waiting else { return }
        do {
            try files.saveCheckpoint(waiting)
            state.withLock { $0.fault = nil }
        } catch {
            state.withLock { $0.fault = error }
        }
    }
}
