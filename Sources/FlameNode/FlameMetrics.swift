import Metrics

/// What the metrics say of the FLAME node.
package struct FlameMetrics: Sendable {
    let lastSuccess: Gauge
    let pending: Gauge
    let waitingWrites: Gauge
    private let succeededCycles: Counter
    private let failedCycles: Counter

    package init(_ factory: any MetricsFactory) {
        lastSuccess = Gauge(label: "podagent_flame_last_success_timestamp_seconds", factory: factory)
        pending = Gauge(label: "podagent_flame_pending_approvals", factory: factory)
        waitingWrites = Gauge(label: "podagent_flame_waiting_writes", factory: factory)
        succeededCycles = Self.cycles("ok", factory)
        failedCycles = Self.cycles("failed", factory)
    }

    /// Counts one look at the Hub.
    func countCycle(succeeded: Bool) {
        (succeeded ? succeededCycles : failedCycles).increment()
    }

    private static func cycles(_ result: String, _ factory: any MetricsFactory) -> Counter {
        Counter(label: "podagent_flame_cycles_total", dimensions: [("result", result)], factory: factory)
    }
}
