import Bitfount
import Metrics

/// The agent's metrics, all in one place.
public struct AgentMetrics: Sendable {
    /// Where the metrics are kept and rendered.
    public let registry: PrometheusRegistry
    let tasksReceived: Counter
    let repliesSent: Counter
    let repliesFailed: Counter
    let tasksActive: Gauge
    let tasksQueued: Gauge
    let decisionSeconds: Timer
    let pollFailures: Counter
    let heartbeatLastSuccess: Gauge
    let registeredDatasets: Gauge
    let auditEntries: Gauge
    let auditUnsignedEntries: Gauge
    let auditBytes: Gauge
    let auditLastCheckpoint: Gauge
    let flameLastSuccess: Gauge
    let flamePending: Gauge
    let flameWaitingWrites: Gauge

    /// Makes the metrics in a registry of their own.
    public init(version: String) {
        let registry = PrometheusRegistry(help: Self.help, process: ProcessMetrics.all)
        self.registry = registry
        tasksReceived = Counter(label: "podagent_tasks_received_total", factory: registry)
        repliesSent = Counter(label: "podagent_replies_sent_total", factory: registry)
        repliesFailed = Counter(label: "podagent_replies_failed_total", factory: registry)
        tasksActive = Gauge(label: "podagent_tasks_active", factory: registry)
        tasksQueued = Gauge(label: "podagent_tasks_queued", factory: registry)
        decisionSeconds = Timer(label: "podagent_decision_seconds", factory: registry)
        pollFailures = Counter(label: "podagent_poll_failures_total", factory: registry)
        heartbeatLastSuccess = Gauge(label: "podagent_heartbeat_last_success_timestamp_seconds", factory: registry)
        registeredDatasets = Gauge(label: "podagent_registered_datasets", factory: registry)
        auditEntries = Gauge(label: "podagent_audit_entries", factory: registry)
        auditUnsignedEntries = Gauge(label: "podagent_audit_unsigned_entries", factory: registry)
        auditBytes = Gauge(label: "podagent_audit_bytes", factory: registry)
        auditLastCheckpoint = Gauge(label: "podagent_audit_last_checkpoint_timestamp_seconds", factory: registry)
        flameLastSuccess = Gauge(label: "podagent_flame_last_success_timestamp_seconds", factory: registry)
        flamePending = Gauge(label: "podagent_flame_pending_approvals", factory: registry)
        flameWaitingWrites = Gauge(label: "podagent_flame_waiting_writes", factory: registry)
        Gauge(label: "podagent_build_info", dimensions: [("version", version)], factory: registry).record(1)
    }

    /// Counts one decision by what was decided and why.
    func countDecision(_ decision: String, reason: String) {
        Counter(
            label: "podagent_decisions_total",
            dimensions: [("decision", decision), ("reason", reason)],
            factory: registry
        ).increment()
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

    /// Counts one look at the FLAME Hub.
    func countFlameCycle(succeeded: Bool) {
        Counter(
            label: "podagent_flame_cycles_total",
            dimensions: [("result", succeeded ? "ok" : "failed")],
            factory: registry
        ).increment()
    }
}
