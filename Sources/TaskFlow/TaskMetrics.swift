// SPDX-License-Identifier: Apache-2.0

package import Metrics

/// What the metrics say of tasks.
package struct TaskMetrics: Sendable {
    let received: Counter
    let active: Gauge
    let queued: Gauge
    let decisionSeconds: Timer
    let pollFailures: Counter
    let repliesSent: Counter
    let repliesFailed: Counter
    private let factory: any MetricsFactory

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        received = Counter(label: "podagent_tasks_received_total", factory: factory)
        active = Gauge(label: "podagent_tasks_active", factory: factory)
        queued = Gauge(label: "podagent_tasks_queued", factory: factory)
        decisionSeconds = Timer(label: "podagent_decision_seconds", factory: factory)
        pollFailures = Counter(label: "podagent_poll_failures_total", factory: factory)
        repliesSent = Counter(label: "podagent_replies_sent_total", factory: factory)
        repliesFailed = Counter(label: "podagent_replies_failed_total", factory: factory)
    }

    /// Counts one decision by what was decided and why.
    func countDecision(_ decision: String, reason: String) {
        Counter(
            label: "podagent_decisions_total",
            dimensions: [("decision", decision), ("reason", reason)],
            factory: factory
        ).increment()
    }
}
