import Metrics
import Testing

@testable import AgentDaemon

@Suite("Prometheus text")
struct PrometheusRegistryTests {
    @Test("Counters, gauges and histograms in the text format")
    func text() {
        let registry = PrometheusRegistry()
        Counter(label: "podagent_x_total", dimensions: [("result", "a\"b\\c\nd")], factory: registry).increment(by: 2)
        Counter(label: "podagent_x_total", dimensions: [("result", "ok")], factory: registry).increment()
        Gauge(label: "podagent_y", factory: registry).record(1.5)
        Timer(label: "podagent_z_seconds", factory: registry).recordMilliseconds(7)
        let lines = registry.render(.text).split(separator: "\n").map(String.init)
        #expect(lines.filter { $0 == "# TYPE podagent_x_total counter" }.count == 1)
        #expect(lines.contains(#"podagent_x_total{result="a\"b\\c\nd"} 2"#))
        #expect(lines.contains(#"podagent_x_total{result="ok"} 1"#))
        #expect(lines.contains("podagent_y 1.5"))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="0.005"} 0"#))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="0.01"} 1"#))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="+Inf"} 1"#))
        #expect(lines.contains("podagent_z_seconds_count 1"))
        #expect(lines.last != "# EOF")
    }

    @Test("OpenMetrics names a counter without its suffix and ends with a mark")
    func openMetrics() {
        let registry = PrometheusRegistry()
        Counter(label: "podagent_x_total", factory: registry).increment()
        #expect(registry.render(.openMetrics) == "# TYPE podagent_x counter\npodagent_x_total 1\n# EOF\n")
    }
}
