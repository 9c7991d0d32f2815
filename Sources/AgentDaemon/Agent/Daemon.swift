// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameNode
import Foundation
import Health
import Logging
import ServiceLifecycle
import TaskFlow

/// A running agent: everything that it has open, and its services.
struct Daemon: Sendable {
    /// The services, in the order of their start; they stop in the opposite order.
    let services: [any Service]
    private let resources: DaemonResources

    /// Opens the state and puts the parts together. The start is recorded at the end, when nothing can fail any more.
    ///
    /// - Throws: ``AgentFailure`` and the errors of the modules below; nothing is left open then.
    init(_ configuration: AgentConfiguration, environment: [String: String], logger: Logger) async throws {
        resources = try await DaemonResources.open(configuration, environment: environment, logger: logger)
        do {
            try StatusSocketLink(stateDirectory: configuration.stateDirectory).lead(to: configuration.status.address)
            try await resources.log.startSigning(configuration.auditSigning(owner: resources.account?.owner))
            let tasks = TaskStore(log: resources.log, limits: configuration.taskStoreLimits)
            let pod = try await PodParts(resources, tasks: tasks, environment: environment)
            let flame = try await Self.flameNode(resources)
            services =
                try [Self.statusServer(resources, pod, flame)]
                + Self.upkeep(resources, tasks)
                + (pod?.services ?? [])
                + [Self.watchdog(resources)]
                + Self.flameServices(flame, resources)
            try await Self.recordStart(resources, pod, flame)
        } catch {
            await resources.close()
            throw error
        }
    }

    private static func flameNode(_ resources: DaemonResources) async throws -> FlameParts? {
        guard let flame = resources.configuration.flame else { return nil }
        return try await FlameParts(
            flame.settings,
            connection: FlameConnection(flame, http: resources.http),
            store: FlameStore(log: resources.log),
            entry: resources.entries.entry
        )
    }

    private static func flameServices(_ flame: FlameParts?, _ resources: DaemonResources) -> [any Service] {
        guard let flame else { return [] }
        return [
            flame.service(health: resources.health, metrics: resources.metrics.flame, activity: resources.activity)
        ]
    }

    private static func statusServer(
        _ resources: DaemonResources,
        _ pod: PodParts?,
        _ flame: FlameParts?
    ) -> StatusServer {
        let startedAt = Date.now
        return StatusServer(
            address: resources.configuration.status.address,
            access: resources.configuration.status.access,
            health: resources.health,
            metrics: resources.metrics,
            logger: Logger(label: "status"),
            audit: AuditActionHandler(
                log: resources.log,
                archiveDirectory: resources.configuration.audit.archiveDirectory,
                entry: resources.entries.entry
            ),
            flame: flame?.actions,
            report: {
                let flameStatus =
                    flame == nil ? nil : try? await FlameStatus.read(FlameStore(log: resources.log).reader)
                return StatusReport(
                    version: AgentVersion.current,
                    pod: resources.entries.pod,
                    startedAt: startedAt,
                    isReady: resources.health.isReady,
                    networks: StatusReport.networks(resources.health),
                    components: StatusReport.components(resources.health),
                    datasets: pod?.states.snapshot() ?? [],
                    activeTasks: await pod?.admission.activeTasks ?? 0,
                    queuedTasks: await pod?.admission.queuedTasks ?? 0,
                    oversizedMessages: pod?.oversized.report.map { .init(deliveries: $0.deliveries, last: $0.last) },
                    audit: AuditStatus(resources.log),
                    flame: flameStatus
                )
            }
        )
    }

    /// What looks after the audit log and the state.
    private static func upkeep(_ resources: DaemonResources, _ tasks: TaskStore) throws -> [any Service] {
        let configuration = resources.configuration
        return [
            AuditService(
                log: resources.log,
                anchors: try configuration.anchors(http: resources.http),
                configuration: configuration.audit,
                logger: Logger(label: "audit")
            ),
            MaintenanceService(
                log: resources.log,
                tasks: tasks,
                patience: configuration.limits.storagePatience,
                health: resources.health,
                activity: resources.activity,
                logger: Logger(label: "maintenance")
            ),
        ]
    }

    private static func watchdog(_ resources: DaemonResources) -> WatchdogService {
        WatchdogService(notifier: resources.notifier, health: resources.health, activity: resources.activity)
    }

    private static func recordStart(
        _ resources: DaemonResources,
        _ pod: PodParts?,
        _ flame: FlameParts?
    ) async throws {
        try await pod?.recordStart(resources.log, resources.entries)
        try await flame?.recordStart()
        try await resources.log.append(resources.entries.entry(.agentStart))
        resources.health.succeeded(.audit)
    }

    /// Records the end and closes the store; the last thing that the agent does.
    func close(reason: String) async {
        var entry = resources.entries.entry(.agentStop)
        entry.reason = reason
        do {
            try await resources.log.append(entry)
        } catch {
            resources.logger.error("the end could not be recorded: \(error)")
        }
        await resources.close()
    }
}
