// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import Logging
import ServiceLifecycle
import StateStore
import Timekeeping

/// Does for the audit log what needs time: signs entries that have waited long enough, shows checkpoints to the anchors,
/// changes the key, and moves old entries to the archive.
struct AuditService: Service {
    /// How often key and archive are looked at.
    static let upkeepInterval: Duration = .seconds(3_600)

    let log: AuditLog
    let anchors: [any CheckpointAnchor]
    let configuration: AuditConfiguration
    var clock: any Clock<Duration> = .continuous
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await log.runCheckpoints(clock: clock) }
                group.addTask { await log.runAnchors(anchors, clock: clock) }
                group.addTask { await keepUp() }
            }
        }
    }

    private func keepUp() async {
        while !Task.isCancelled {
            do {
                if let rotated = try await log.rotateKey(olderThan: configuration.keyRotation) {
                    logger.notice("the audit log has a new key", metadata: ["entry": "\(rotated.sequence)"])
                }
                try await archive()
            } catch {
                logger.error("the audit log's upkeep failed: \(error)")
            }
            for anchor in log.anchorStatus {
                guard let fault = anchor.fault else { continue }
                logger.error(
                    "checkpoints don't reach an anchor",
                    metadata: ["anchor": "\(anchor.name)", "why": "\(fault)"]
                )
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: Self.upkeepInterval)
        }
    }

    private func archive() async throws {
        guard let retention = configuration.retention else { return }
        let horizon = log.environment.wallClock().addingTimeInterval(-retention.timeInterval)
        guard let segment = try await log.archive(before: horizon, to: configuration.archiveDirectory) else { return }
        logger.notice(
            "old audit entries were moved to the archive",
            metadata: ["entries": "\(segment.range)", "directory": "\(segment.directory)"]
        )
    }
}
