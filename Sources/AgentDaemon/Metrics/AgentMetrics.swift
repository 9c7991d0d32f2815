// SPDX-License-Identifier: Apache-2.0

import Bitfount
import FlameNode
import Foundation
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

extension AgentMetrics {
    /// What each metric says, in the words of `docs/metrics.md`.
    static let help = [
        "podagent_audit_anchor_entries": "entries that the last checkpoint covers that the anchor was shown",
        "podagent_audit_anchor_failures":
            "how often in a row showing the anchor a checkpoint failed; 0 when it succeeded",
        "podagent_audit_bytes": "size of the database with the audit log in it",
        "podagent_audit_entries": "entries in the audit log",
        "podagent_audit_last_checkpoint_timestamp_seconds":
            "when the last checkpoint since the start was signed, in Unix time",
        "podagent_audit_unsigned_entries": "entries that no checkpoint covers yet",
        "podagent_build_info": "always 1; the version is in the label",
        "podagent_dataset_sources": "datasets whose files are `healthy`, `unhealthy` or `unknown`",
        "podagent_decision_seconds":
            "from a task's claim to its decision, identity check and Access Manager included",
        "podagent_decisions_total": "decisions by `accept` or `reject` and the reason in the audit entry",
        "podagent_flame_cycles_total": "looks at the FLAME Hub, `ok` or `failed`",
        "podagent_flame_last_success_timestamp_seconds":
            "when everything was last read from the FLAME Hub, in Unix time",
        "podagent_flame_pending_approvals": "parts in projects and analyses that nobody decided about",
        "podagent_flame_waiting_writes": "decisions, reports and log lines that the FLAME Hub has not taken yet",
        "podagent_heartbeat_last_success_timestamp_seconds": "when the Hub last took a heartbeat, in Unix time",
        "podagent_heartbeats_total": "heartbeat calls, `ok` or `failed`",
        "podagent_poll_failures_total": "polls of the message service that failed",
        "podagent_registered_datasets": "datasets that the Hub knows in their present form",
        "podagent_replies_failed_total": "replies given up: refused for good, or not delivered before they expired",
        "podagent_replies_sent_total": "replies that the message service took",
        "podagent_tasks_active": "tasks being decided; at most `limits.concurrent_tasks`",
        "podagent_tasks_queued": "tasks waiting for a place",
        "podagent_tasks_received_total": "task requests that came; each delivery of a task counts",
        "process_cpu_seconds_total": "processor time that the agent took, in user and system mode together",
        "process_max_fds": "the most files and connections that the agent may have open",
        "process_open_fds": "files and connections that the agent has open",
        "process_resident_memory_bytes": "memory that the agent holds",
        "process_start_time_seconds": "when the agent started, in Unix time",
        "process_virtual_memory_bytes": "address space of the agent",
    ]
}
