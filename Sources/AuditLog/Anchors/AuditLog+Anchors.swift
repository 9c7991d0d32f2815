// SPDX-License-Identifier: Apache-2.0

import StateStore
public import Timekeeping

extension AuditLog {
    /// Shows each new checkpoint to the anchors, side by side: one that fails or hangs holds up no other. If checkpoints
    /// come faster than an anchor takes them, it gets the newest. Returns when the task is cancelled or the store is
    /// closed; how the anchors are doing is in ``anchorStatus``.
    ///
    /// - Parameters:
    ///   - anchors: The anchors.
    ///   - retry: How long to wait before one is tried again.
    ///   - clock: Measures the waits.
    public func runAnchors(
        _ anchors: [any CheckpointAnchor],
        retry: Backoff = Backoff(),
        clock: any Clock<Duration> = ContinuousClock()
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, anchor) in anchors.enumerated() {
                board.setAnchorStatus(AnchorStatus(name: anchor.name), at: number)
                group.addTask { await self.run(anchor, number, retry, clock) }
            }
        }
    }

    /// How the anchors are doing, in the order in which they were given.
    public var anchorStatus: [AnchorStatus] { board.anchorStatus }

    private func run(
        _ anchor: any CheckpointAnchor,
        _ number: Int,
        _ retry: Backoff,
        _ clock: any Clock<Duration>
    ) async {
        var status = AnchorStatus(name: anchor.name)
        for await checkpoint in board.checkpoints() where checkpoint.checkpoint.size > status.size ?? 0 {
            var checkpoint = checkpoint
            while !Task.isCancelled {
                do {
                    try await anchor.publish(checkpoint)
                    status.size = checkpoint.checkpoint.size
                    status.fault = nil
                    status.failures = 0
                    board.setAnchorStatus(status, at: number)
                    break
                } catch {
                    status.fault = error
                    status.failures += 1
                    board.setAnchorStatus(status, at: number)
                    let delay = retry.delay(afterFailures: status.failures) {
                        Double(environment.random() >> 11) / Double(1 << 53)
                    }
                    guard (try? await clock.sleep(for: delay)) != nil else { return }
                    checkpoint = board.latest ?? checkpoint
                }
            }
        }
    }
}
