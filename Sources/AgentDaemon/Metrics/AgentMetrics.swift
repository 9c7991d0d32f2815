import Bitfount
import FlameNode
import Metrics
import TaskFlow

/// The agent's metrics, all in one place.
public struct AgentMetrics: Sendable {
    /// Where the metrics are kept and rendered.
    public let registry: PrometheusRegistry
    let tasks: TaskMetrics
    let flame: FlameMetrics
    let heartbeatLastSuccess: Gauge
    let registeredDatasets: Gauge
    let auditEntries: Gauge
    let auditUnsignedEntries: Gauge
    let auditBytes: Gauge
    let auditLastCheckpoint: Gauge

    /// Makes the metrics in a registry of their own.
    public init(version: String) {
        let registry = PrometheusRegistry(help: Self.help, process: ProcessMetrics.all)
        self.registry = registry
        tasks = TaskMetrics(registry)
        flame = FlameMetrics(registry)
        heartbeatLastSuccess = Gauge(label: "podagent_heartbeat_last_success_timestamp_seconds", factory: registry)
        registeredDatasets = Gauge(label: "podagent_registered_datasets", factory: registry)
        auditEntries = Gauge(label: "podagent_audit_entries", factory: registry)
        auditUnsignedEntries = Gauge(label: "podagent_audit_unsigned_entries", factory: registry)
        auditBytes = Gauge(label: "podagent_audit_bytes", factory: registry)
        auditLastCheckpoint = Gauge(label: "podagent_audit_last_checkpoint_timestamp_seconds", factory: registry)
        Gauge(label: "podagent_build_info", dimensions: [("version", version)], factory: registry).record(1)
    }

    /// Counts one heartbeat call.
    func countHeartbeat(succeeded: Bool) {
        Counter(
            label: "podagent_heartbeats_total",
            dimensions: [("result", succeeded ? "ok" : "failed")],
            factory: registry
        ).increment()
    }

    /// Shows how far the audit log is.
    func show(_ audit: AuditStatus) {
        auditEntries.record(audit.entries)
        auditUnsignedEntries.record(audit.unsignedEntries)
        auditBytes.record(audit.bytes)
        if let last = audit.lastCheckpoint { auditLastCheckpoint.record(last.timeIntervalSince1970) }
        for anchor in audit.anchors {
            let dimensions = [("anchor", anchor.name)]
            Gauge(label: "podagent_audit_anchor_entries", dimensions: dimensions, factory: registry)
                .record(anchor.entries ?? 0)
            Gauge(label: "podagent_audit_anchor_failures", dimensions: dimensions, factory: registry)
                .record(anchor.failures)
        }
    }

    /// Shows for how many datasets the files are how.
    func show(_ sources: [DatasetSource]) {
        for status in DatasourceHealth.Status.allCases {
            Gauge(label: "podagent_dataset_sources", dimensions: [("status", status.rawValue)], factory: registry)
                .record(sources.count { $0.status == status })
        }
    }
}
