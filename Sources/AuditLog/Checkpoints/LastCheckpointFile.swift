// SPDX-License-Identifier: Apache-2.0

import Dispatch
import StateStore
import Synchronization

/// Keeps the newest checkpoint in a file beside the key, where putting back an old copy of the database doesn't reach.
///
/// The file is written after the commit and apart from the writer, at most once a second, so it can be a little behind:
/// that only means that it names an earlier state of the same log.
final class LastCheckpointFile: Sendable {
    private static let interval: DispatchTimeInterval = .seconds(1)

    private struct State {
        var files: AuditKeyFiles?
        var waiting: SignedCheckpoint?
        var fault: StoreError?
        var isScheduled = false
        /// When the file may be written again.
        var due = DispatchTime(uptimeNanoseconds: 0)
    }

    private let queue = DispatchQueue(label: "pod-agent.audit.last-checkpoint")
    private let state = Mutex(State())

    /// Why the last write failed; nil if it didn't.
    var fault: StoreError? { state.withLock { $0.fault } }

    func start(_ files: AuditKeyFiles) {
        state.withLock { $0.files = files }
    }

    func save(_ checkpoint: SignedCheckpoint) {
        let due: DispatchTime? = state.withLock { state in
            state.waiting = checkpoint
            guard !state.isScheduled else { return nil }
            state.isScheduled = true
            return max(state.due, .now())
        }
        if let due { queue.asyncAfter(deadline: due) { self.write() } }
    }

    /// Writes what was saved, and returns when that is done.
    func finish() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.write()
                continuation.resume()
            }
        }
    }

    private func write() {
        let (files, waiting) = state.withLock { state in
            defer {
                state.waiting = nil
                state.isScheduled = false
                state.due = .now() + Self.interval
            }
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
