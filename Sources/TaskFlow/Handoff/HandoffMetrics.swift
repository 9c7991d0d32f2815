// SPDX-License-Identifier: Apache-2.0

package import Metrics

/// What the metrics say of running tasks.
package struct HandoffMetrics: Sendable {
    let running: Meter
    let startSeconds: Timer
    let taskSeconds: Timer
    let sentBytes: Counter
    private let factory: any MetricsFactory

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        running = Meter(label: "podagent_handoff_running", factory: factory)
        startSeconds = Timer(label: "podagent_handoff_start_seconds", factory: factory)
        taskSeconds = Timer(label: "podagent_handoff_task_seconds", factory: factory)
        sentBytes = Counter(label: "podagent_handoff_sent_bytes_total", factory: factory)
    }

    /// Counts a task that has ended.
    func countTask(_ outcome: RunOutcome) {
        Counter(
            label: "podagent_handoff_tasks_total",
            dimensions: [("outcome", outcome.rawValue)],
            factory: factory
        ).increment()
    }

    /// Counts the messages of a runner that were refused.
    func count(_ counts: RunCounts) {
        for (reason, count) in counts.refusals {
            Counter(
                label: "podagent_handoff_refusals_total",
                dimensions: [("reason", reason.rawValue)],
                factory: factory
            ).increment(by: count)
        }
    }
}
