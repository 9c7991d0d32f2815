import AuditLog
import Foundation
import Logging
import ServiceLifecycle

/// Keeps the store in order: tries whether it can be written, watches the disk, removes old messages.
struct MaintenanceService: Service {
    /// How often it looks.
    static let interval: Duration = .seconds(30)

    private let store: AgentStore
    private let stateDirectory: URL
    private let minimumFreeBytes: Int
    private let health: AgentHealth
    private let pulse: LoopPulse
    private let clock: any Clock<Duration>
    private let logger: Logger

    init(
        store: AgentStore,
        stateDirectory: URL,
        minimumFreeBytes: Int,
        health: AgentHealth,
        pulse: LoopPulse,
        clock: any Clock<Duration> = .continuous,
        logger: Logger
    ) {
        self.store = store
        self.stateDirectory = stateDirectory
        self.minimumFreeBytes = minimumFreeBytes
        self.health = health
        self.pulse = pulse
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                pulse.beat("maintenance")
                await look()
                // Cancelled means over: the loop's condition sees it.
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    private func look() async {
        do {
            try await store.probe()
            let free = try freeBytes()
            guard free >= minimumFreeBytes else {
                logger.error("the disk is nearly full", metadata: ["free_bytes": "\(free)"])
                health.failed(.audit, "only \(free) bytes are free on the state's disk")
                return
            }
            health.succeeded(.audit)
            while try await store.prunePayloads() > 0, !Task.isCancelled {}
        } catch {
            logger.error("the store is not well: \(error)")
            health.failed(.audit, "the store is not well: \(error)")
        }
    }

    private func freeBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: stateDirectory.path)
        return (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
    }
}
