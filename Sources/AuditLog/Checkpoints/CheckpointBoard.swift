// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Where durable checkpoints are posted for whoever carries them out of the house.
final class CheckpointBoard: Sendable {
    private struct State {
        var latest: SignedCheckpoint?
        var hasUnsigned = false
        var readers: [Int: AsyncStream<SignedCheckpoint>.Continuation] = [:]
        var nextReader = 0
        var anchors: [AnchorStatus] = []
    }

    private let state = Mutex(State())
    let file = LastCheckpointFile()
    /// An element whenever the first unsigned entry after a checkpoint has become durable.
    let unsignedEntries: AsyncStream<Void>
    private let unsigned: AsyncStream<Void>.Continuation

    init() {
        (unsignedEntries, unsigned) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var latest: SignedCheckpoint? { state.withLock { $0.latest } }

    func post(_ checkpoint: SignedCheckpoint?, hasUnsigned: Bool) {
        let isFirst = state.withLock { state in
            if let checkpoint {
                state.latest = checkpoint
                for reader in state.readers.values { reader.yield(checkpoint) }
            }
            defer { state.hasUnsigned = hasUnsigned }
            return hasUnsigned && (!state.hasUnsigned || checkpoint != nil)
        }
        if let checkpoint { file.save(checkpoint) }
        if isFirst { unsigned.yield() }
    }

    /// The newest checkpoint and those that follow. A reader that is slow misses some and gets the newest.
    func checkpoints() -> AsyncStream<SignedCheckpoint> {
        let (stream, continuation) = AsyncStream<SignedCheckpoint>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            if let latest = state.latest { continuation.yield(latest) }
            state.nextReader += 1
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.readers[number] = nil }
        }
        return stream
    }

    var anchorStatus: [AnchorStatus] { state.withLock { $0.anchors } }

    func setAnchorStatus(_ status: AnchorStatus, at number: Int) {
        state.withLock { state in
            if number < state.anchors.count { state.anchors[number] = status } else { state.anchors.append(status) }
        }
    }

    /// Ends all streams, and returns when the newest checkpoint is in its file.
    func close() async {
        await file.finish()
        unsigned.finish()
        let readers = state.withLock { state in
            defer { state.readers = [:] }
            return state.readers.values.map { $0 }
        }
        for reader in readers { reader.finish() }
    }
}
